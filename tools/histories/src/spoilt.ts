import type { Granted, StoreOperation, SwapOperation } from "@tenure/history";
import type { Recorded } from "./recorder.ts";

type Spoil = <R extends Recorded>(recorded: R) => R;

const LEASE = "lease-1";

/** What real code never did, done to a history of it. Each must be rejected by the invariants or as a register: a judge that finds nothing is none. */
export const violating: readonly Spoil[] = [withAnOverlap, withAnEpochTwice, withTwoWritesSwapped, withAStaleRead];

/** Each is no way through the model. */
export const impossible: readonly Spoil[] = [
  withAnEpochTwice,
  withTwoWritesSwapped,
  withTwoLeaders,
  withAnEarlyTakeover,
  withALostWrite,
];

/** As if one had gone on for a minute. */
function withAnOverlap<R extends Recorded>(recorded: R): R {
  const [first] = grantsIn(recorded);
  const observations = recorded.observations
    .filter((it) => !(it.kind === "ended" && it.lease === first?.lease && it.epoch === first.epoch))
    .map((it) => (it === first ? { ...it, validUntil: it.validUntil + 60_000 } : it));
  return { ...recorded, observations };
}

function withAnEpochTwice<R extends Recorded>(recorded: R): R {
  const [first, second] = grantsIn(recorded);
  const again = <T extends { readonly epoch: number }>(it: T): T => ({ ...it, epoch: first.epoch });
  return {
    ...recorded,
    observations: recorded.observations.map((it) => (it === second ? again(second) : it)),
    stood: recorded.stood.map((it) => (it.lease === LEASE && it.epoch === second.epoch ? again(it) : it)),
  };
}

function withTwoWritesSwapped<R extends Recorded>(recorded: R): R {
  const [first, second] = committed(recorded);
  const other = new Map<StoreOperation, string>([
    [first, second.value],
    [second, first.value],
  ]);
  const operations = recorded.operations.map((it) =>
    it.kind === "swap" ? { ...it, value: other.get(it) ?? it.value } : it,
  );
  return { ...recorded, operations };
}

function withAStaleRead<R extends Recorded>(recorded: R): R {
  const [{ value }] = committed(recorded);
  return { ...recorded, operations: recorded.operations.map((it) => (it.kind === "read" ? { ...it, value } : it)) };
}

/** As if another had been told that it leads, in the same moment. */
function withTwoLeaders<R extends Recorded>(recorded: R): R {
  const [first] = grantsIn(recorded);
  const { holder } = grantsIn(recorded).find((it) => it.holder !== first.holder) ?? lacking();
  return { ...recorded, observations: [...recorded.observations, { ...first, holder }] };
}

/** As if a lease that was given back, and taken up within half its duration, had never been given back by a holder that lived on. */
function withAnEarlyTakeover<R extends Recorded>(recorded: R): R {
  const writes = new Map(committed(recorded).map((it) => [it.value, it]));
  const freed = new Set(recorded.stood.flatMap(({ holder, nonce }) => (holder === null ? [nonce] : [])));
  const taken = [...writes.values()].find(({ expected, sentAt }) => {
    const release = writes.get(expected ?? "");
    const renewal = writes.get(release?.expected ?? "");
    if (release === undefined || renewal === undefined || !freed.has(release.value)) return false;
    if (sentAt - renewal.answeredAt > recorded.leaseDurationMs / 2) return false;
    return [...writes.values()].some((it) => it.process === release.process && it.sentAt > sentAt);
  });
  const release = writes.get(taken?.expected ?? "") ?? lacking();
  return {
    ...recorded,
    operations: recorded.operations
      .filter((it) => it !== release)
      .map((it) => (it === taken ? { ...taken, expected: release.expected } : it)),
    stood: recorded.stood.filter(({ nonce }) => nonce !== release.value),
  };
}

/** As if two writes had both replaced the same. */
function withALostWrite<R extends Recorded>(recorded: R): R {
  const [{ expected }, second] = committed(recorded);
  return { ...recorded, operations: recorded.operations.map((it) => (it === second ? { ...second, expected } : it)) };
}

function committed({ operations }: Recorded): readonly [SwapOperation, SwapOperation, ...SwapOperation[]] {
  const [first, second, ...more] = operations.filter(
    (it): it is SwapOperation => it.kind === "swap" && it.outcome === "committed" && it.lease === LEASE,
  );
  return [first ?? lacking(), second ?? lacking(), ...more];
}

function grantsIn({ observations }: Recorded): readonly [Granted, Granted, ...Granted[]] {
  const [first, second, ...more] = observations
    .filter((it) => it.kind === "granted")
    .filter(({ lease }) => lease === LEASE)
    .toSorted((a, b) => a.at - b.at);
  return [first ?? lacking(), second ?? lacking(), ...more];
}

function lacking(): never {
  throw new Error("the history is too short to be spoilt");
}
