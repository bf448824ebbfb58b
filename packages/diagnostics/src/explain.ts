import type { DiagnosedTerm } from "@tenure/schema";
import { seconds } from "./numbers.ts";
import type { ObservedTerm } from "./term.ts";

const RENEWALS_SHOWN = 200;

export function explainedTerm(term: ObservedTerm): DiagnosedTerm {
  return {
    name: null,
    epoch: term.epoch,
    holderIdentity: term.holder,
    acquireTime: stampOf(term.acquiredAt),
    lastRenewTime: stampOf(term.lastRenewAt),
    renewals: term.renewedAt.length,
    renewTimes: term.renewedAt.slice(-RENEWALS_SHOWN).map(stampOf),
    endTime: term.end === null ? null : stampOf(term.end.at),
    explanation: explanationOf(term),
  };
}

function stampOf(ms: number): string {
  return new Date(ms).toISOString();
}

function explanationOf({ released, end, exit, asked, stale, lastRenewAt, nextAcquiredAt }: ObservedTerm): string {
  if (released !== null) return "it was released";
  const found = stale === null ? "" : `; found expired ${seconds(stale.at - lastRenewAt)} after the last renewal`;
  const next = Number.isFinite(nextAcquiredAt)
    ? ""
    : stale === null && end === null && asked === null
      ? "; no line ends it"
      : "; nobody followed in these logs";
  const code = exit?.facts.exitCode;
  if (end !== null)
    return `its holder ended${code === undefined ? "" : ` (exit code ${code})`}, and no line tells of a release${found}${next}`;
  if (asked !== null) return `its holder was asked to end, and no line tells of a release${found}${next}`;
  return stale === null && next !== ""
    ? "no line says that it ended"
    : `no line says when its holder ended${found}${next}`;
}
