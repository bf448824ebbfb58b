import type { Ended, Granted, Observation, Renewed, Renewing, RenewUnknown } from "../observation.ts";
import { termOf } from "../validity.ts";
import { only } from "../violation.ts";
import type { Invariant, Violation } from "../violation.ts";

/** Codes that say the deadline has passed. */
const DEADLINE_REASONS = new Set([
  "renewal-stopped",
  "event-loop-stall",
  "suspended",
  "store-unreachable",
  "store-slow",
]);

interface TermState {
  readonly granted: Granted;
  /** What its validity rests on. */
  latest: Granted | Renewed;
  ended: Ended | null;
}

type TermFact = Granted | Renewing | Renewed | RenewUnknown | Ended;

export const renewal: Invariant = {
  id: "I5",
  promise: "a term is renewed only while it is held and valid, and an unknown outcome counts neither way",
  restsOn: ["renewing", "renewed"],
  *check(history, { clockErrorMs = 0 }) {
    const committed = new Map<string, Observation>();
    const terms = new Map<string, TermState>();
    for (const seen of only(history, "visible", "granted", "renewing", "renewed", "renew-unknown", "ended")) {
      if (seen.kind === "visible") {
        committed.set(nonceOf(seen), seen);
        continue;
      }
      const term = terms.get(termOf(seen));
      if (seen.kind === "granted") yield* enter(terms, seen, clockErrorMs);
      else if (term === undefined) yield broken([seen, seen], `${who(seen)} acted without having been granted it`);
      else yield* follow(term, seen, committed, clockErrorMs);
    }
  },
};

function* enter(terms: Map<string, TermState>, granted: Granted, clockErrorMs: number): Generator<Violation> {
  terms.set(termOf(granted), { granted, latest: granted, ended: null });
  yield* overlong(granted, granted, clockErrorMs);
}

function* follow(
  term: TermState,
  seen: Exclude<TermFact, Granted>,
  committed: ReadonlyMap<string, Observation>,
  clockErrorMs: number,
): Generator<Violation> {
  const { latest, ended } = term;
  switch (seen.kind) {
    case "renewing":
      if (ended !== null) yield broken([ended, seen], `${who(seen)} renewed after it had ended (${ended.reason})`);
      else if (seen.at > latest.validUntil + clockErrorMs)
        yield broken(
          [latest, seen],
          `${who(seen)} sent a renewal at ${seen.at}, past its deadline ${latest.validUntil}`,
        );
      return;
    case "renewed":
      if (ended !== null) yield broken([ended, seen], `${who(seen)} was extended after it had ended (${ended.reason})`);
      if (!committed.has(nonceOf(seen)))
        yield broken([latest, seen], `${who(seen)} counted a renewal (${seen.nonce}) that never took effect`);
      yield* overlong(seen, term.granted, clockErrorMs);
      // An older renewal, found out later, takes nothing away.
      if (seen.validUntil > latest.validUntil) term.latest = seen;
      return;
    case "ended":
      term.ended ??= seen;
      if (DEADLINE_REASONS.has(seen.reason) && seen.at < latest.validUntil - clockErrorMs)
        yield broken(
          [latest, seen],
          `${who(seen)} gave up at ${seen.at} (${seen.reason}), before its deadline ${latest.validUntil}`,
        );
      return;
    case "renew-unknown":
      return;
  }
}

function* overlong(seen: Granted | Renewed, { renewDeadlineMs }: Granted, clockErrorMs: number): Generator<Violation> {
  const limit = seen.sentAt + renewDeadlineMs;
  if (seen.validUntil > limit + clockErrorMs)
    yield broken(
      [seen, seen],
      `${who(seen)} believed itself valid until ${seen.validUntil}, but ${renewDeadlineMs} ms from the request end at ${limit}`,
    );
}

function nonceOf({ lease, nonce }: { lease: string; nonce: string }): string {
  return `${nonce.length} ${nonce}${lease}`;
}

function who({ lease, holder, epoch }: TermFact): string {
  return `${holder} (epoch ${epoch} of ${lease})`;
}

function broken(facts: Violation["facts"], sentence: string): Violation {
  return { invariant: "I5", facts, sentence };
}
