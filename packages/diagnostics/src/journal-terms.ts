import { termsOf, type Term } from "@tenure/history";
import type { DiagnosedTerm, Finding } from "@tenure/schema";
import type { Case } from "./case.ts";
import { lineOf } from "./evidence.ts";
import { fileName } from "./file-name.ts";
import { counted, least, most, seconds } from "./numbers.ts";
import type { PlacedLine } from "./readers/journal-reader.ts";

const means: Readonly<Record<Term["endReason"], string>> = {
  open: "no later line ends it: it is held still, or nobody asked since",
  vacant: "nobody led",
  released: "its holder gave it back",
  transferred: "its holder gave way to another who had asked",
  "holder-dead": "its holder's process died, which its successor proved",
  expired:
    "its holder stopped renewing and did not release: it hung, or could not reach the store, until the lease ran out",
  "record-lost": "the record was deleted or lost; the floor kept the epoch from coming back",
};

const GAPS_SHOWN = 5;

/** What lost and changed lines of the journals would have told. */
export function journalGaps(own: Case): string[] {
  const { gaps, forged, segments } = own;
  const shown = gaps.slice(0, GAPS_SHOWN).map(({ file, lines, before }) => {
    const lost = `${counted(lines, "line that is", "lines that are")} lost within ${fileName(file)}`;
    return `${lost}, before line ${before}: what happened there until the next whole record is not known`;
  });
  return [
    ...shown,
    ...(gaps.length > GAPS_SHOWN ? [`${counted(gaps.length - GAPS_SHOWN, "more such gap")} in journals`] : []),
    ...lostBetween(segments),
    ...severalStores(own),
    ...forged.slice(0, GAPS_SHOWN).map(({ file, count, first }) => {
      const more = count > first.length ? ` and ${count - first.length} more` : "";
      const were = count === 1 ? "it was" : "they were";
      const numbers = `${count === 1 ? "line" : "lines"} ${first.join(", ")}${more}`;
      return `what ${counted(count, "line")} of ${fileName(file)} said before ${were} changed or damaged (no checksum fits): ${numbers}`;
    }),
    ...(forged.length > GAPS_SHOWN ? [`${counted(forged.length - GAPS_SHOWN, "more journal")} with such lines`] : []),
  ];
}

/** What happened in one store says nothing of another, whatever its leases are called. */
function severalStores(own: Case): string[] {
  const stores = own.stores();
  if (stores.size < 2) return [];
  const ids = [...stores.keys()].map((storeId) => storeId ?? "one that no line names");
  const more = ids.length > NAMES_SHOWN ? ` and ${ids.length - NAMES_SHOWN} more` : "";
  return [
    `which store is meant: these journals are of ${ids.length} (${ids.slice(0, NAMES_SHOWN).join(", ")}${more}), and each is told by itself`,
  ];
}

/** Only the oldest files of a journal are ever removed: where an older one is there, it leads on to each that is younger. */
function lostBetween(segments: Case["segments"]): string[] {
  const sums = new Set(segments.map(({ ends }) => ends.sum));
  return segments
    .filter(({ prev }) => prev !== "" && !sums.has(prev))
    .flatMap(({ storeId, lease, seq, file }) => {
      const [before] = segments
        .filter((each) => each.storeId === storeId && each.lease === lease && each.file !== file && each.ends.seq < seq)
        .toSorted((a, b) => b.ends.seq - a.ends.seq);
      if (before === undefined) return [];
      const lines = Math.max(1, seq - before.ends.seq - 1);
      const lost = counted(lines, "line that is", "lines that are");
      return [`${lost} lost between ${fileName(before.file)} and ${fileName(file)}`];
    })
    .slice(0, GAPS_SHOWN);
}

export function journalTerms(own: Case): DiagnosedTerm[] {
  const stores = own.stores();
  return [...stores].flatMap(([storeId, lines]) => termsIn(lines, stores.size > 1 ? storeId : null));
}

function termsIn(lines: readonly PlacedLine[], shownStore: string | null): DiagnosedTerm[] {
  return termsOf(lines).map((term) => ({
    name: term.name,
    epoch: term.epoch,
    holderIdentity: term.holderIdentity,
    acquireTime: term.acquireTime,
    lastRenewTime: term.lastRenewTime,
    renewals: term.renewals,
    // A journal keeps the last renewal only.
    renewTimes: term.renewals > 0 ? [term.lastRenewTime] : [],
    endTime: term.endTime,
    explanation: `${shownStore === null ? "" : `in store ${shownStore}: `}${explanationOf(term)}`.slice(0, 4_000),
  }));
}

function explanationOf(term: Term): string {
  const why = term.releaseReason === undefined ? "" : ` (${term.releaseReason})`;
  const lost = term.lossReason === undefined ? "" : `, and had stopped leading before: ${term.lossReason}`;
  const how = term.evidence === null ? "" : `: ${term.evidence}`;
  const broken = term.revoked === null ? "" : `; ${term.revoked.by} had revoked it: ${term.revoked.reason}`;
  return `${means[term.endReason]}${why}${lost}${how}${broken}`;
}

interface Trouble {
  readonly ruleId: string;
  readonly ended: (term: Term) => boolean;
  /** The line of whoever came after, where that alone knows, since the journal of the term is gone. */
  readonly foundBy?: (line: PlacedLine) => boolean;
  /** @param next the terms after those that ended so; those themselves where none is known. */
  readonly verdict: (next: readonly Term[], ended: readonly Term[]) => string;
  readonly change: string;
}

/** What a journal itself says of an end that nobody wanted. */
const troubles: readonly Trouble[] = [
  {
    ruleId: "holder-died",
    ended: ({ endReason }) => endReason === "holder-dead",
    verdict: (terms) =>
      `${counted(terms.length, "holder")} died in office; the next leader proved it and led ${gapsOf(terms)} later`,
    change: "look at how that process ended: its exit status, its own log, the kernel's log for a kill",
  },
  {
    ruleId: "renewal-stopped",
    ended: ({ endReason, revoked }) => endReason === "expired" && revoked === null,
    verdict: (terms) =>
      `in ${counted(terms.length, "term")} the renewals stopped and nobody released, so the next leader had to wait until the lease ran out`,
    change:
      "look at what the holder did after its last renewal: a hung process, a stopped one, a store it could not reach",
  },
  {
    ruleId: "revoked",
    ended: ({ revoked }) => revoked !== null,
    verdict: (_, [first, ...others]) =>
      `${first?.revoked?.by ?? "somebody"} took the lease away` +
      (first?.revoked?.reason ? ` ("${first.revoked.reason}")` : "") +
      (others.length > 0 ? `, and ${counted(others.length, "more was", "more were")} taken away` : "") +
      ": nothing of its holder had failed",
    change: "",
  },
  {
    ruleId: "work-failed",
    ended: ({ releaseReason }) => releaseReason === "failed",
    verdict: (_, { length }) =>
      `in ${counted(length, "term")} the work failed, and its holder gave the lease back for that`,
    change:
      "look at what the work itself said before its end; of a command, tenure run keeps the last of it in NAME.runs",
  },
  {
    ruleId: "record-lost",
    ended: ({ endReason }) => endReason === "record-lost",
    foundBy: ({ event }) => event.ended?.how === "record-lost",
    verdict: (terms) =>
      `the record was deleted or lost ${counted(terms.length, "time")}; the floor kept the epochs rising`,
    change: "find what deletes files in the state directory, and use tenure break instead",
  },
];

const NAMES_SHOWN = 5;

export function journalFindings(own: Case): Finding[] {
  const stores = [...own.stores()];
  return stores.flatMap(([storeId, lines]) =>
    findingsIn(lines, own).map((finding) =>
      stores.length === 1 || storeId === null
        ? finding
        : { ...finding, verdict: `in store ${storeId}: ${finding.verdict}` },
    ),
  );
}

/** @param lines of one store, whose journal of a lease may be in several files */
function findingsIn(lines: readonly PlacedLine[], own: Case): Finding[] {
  const terms = termsOf(lines);
  return troubles.flatMap((trouble) => {
    const { ended, foundBy = () => false } = trouble;
    const endedSo = terms.filter(ended);
    const found = new Set(lines.filter(foundBy).map(({ record }) => keyOf(record)));
    const known = endedSo.length > 0 ? endedSo : terms.filter((term) => found.has(keyOf(term)));
    // What the holder itself says of its end tells more than that it ended so.
    const said = new Set(own.of("lost").map(({ facts }) => `${facts.lease} ${facts.epoch}`));
    const isSaid = known.every((term) => said.has(keyOf(term)));
    return known.length === 0 ? [] : [told(trouble, { ended: known, terms, lines, isSaid })];
  });
}

interface Ended {
  readonly ended: readonly Term[];
  readonly terms: readonly Term[];
  readonly lines: readonly PlacedLine[];
  /** Whether the holders themselves said why. */
  readonly isSaid: boolean;
}

/** Which term of which lease: epochs of different leases are the same numbers. */
function keyOf({ name, epoch }: { readonly name: string; readonly epoch: number }): string {
  return `${name} ${epoch}`;
}

function told({ ruleId, verdict, change }: Trouble, { ended, terms, lines, isSaid }: Ended): Finding {
  const causes = new Set(ended);
  const after = terms.filter(({ name }, index) => {
    const before = terms[index - 1];
    return before !== undefined && before.name === name && causes.has(before);
  });
  const keys = new Set([...ended, ...after].map(keyOf));
  const shown = lines.filter(({ event, record }) => keys.has(keyOf(record)) && event.type !== "lease.renewed");
  const isOneOfSeveral = new Set(terms.map(({ name }) => name)).size > 1;
  const names = [...new Set(ended.map(({ name }) => `"${name}"`))];
  return {
    ruleId,
    part: "cause",
    verdict: `${isOneOfSeveral ? `of ${names.slice(0, NAMES_SHOWN).join(", ")}: ` : ""}${verdict(after.length === 0 ? ended : after, ended)}`,
    confidence: isSaid ? "medium" : "high",
    evidence: shown.slice(0, 12).map(({ place }) => lineOf(place)),
    counterEvidence: [],
    change,
  };
}

function gapsOf(terms: readonly Term[]): string {
  const gaps = terms.flatMap(({ gapBeforeMs }) => gapBeforeMs ?? []);
  if (gaps.length === 0) return "some time";
  const [shortest, longest] = [seconds(least(gaps)), seconds(most(gaps))];
  return shortest === longest ? shortest : `${shortest} to ${longest}`;
}
