import { groupBy } from "./violation.ts";

/**
 * One request to a store, as whoever sent it saw it. `value` is the nonce that stood or was written, `null` for no record. Times are of
 * one clock for all.
 */
export type StoreOperation = ReadOperation | SwapOperation;

interface Sent {
  readonly lease: string;
  readonly process: string;
  readonly sentAt: number;
  /** When the answer, or the decision not to wait for it any longer, was there. */
  readonly answeredAt: number;
}

export interface ReadOperation extends Sent {
  readonly kind: "read";
  readonly value: string | null;
}

export interface SwapOperation extends Sent {
  readonly kind: "swap";
  /** What must stand for it to take effect: something its sender has seen. */
  readonly expected: string | null;
  readonly value: string;
  /** `unknown` may have taken effect at any time since, or never. */
  readonly outcome: "committed" | "conflict" | "unknown";
}

/** Two operations that cannot both have happened as they were seen; the same one twice where it contradicts itself. */
export interface Contradiction {
  readonly lease: string;
  readonly operations: readonly [StoreOperation, StoreOperation];
  readonly sentence: string;
}

/**
 * Whether a recorded history can be explained by one register a lease that changes at single moments, each between the request and its
 * answer (Herlihy and Wing, 1990). Each write has a nonce of its own and names the one it replaced, so their order is given, and
 * what Wing and Gong (1993) search for is computed: each write gets the earliest moment it can have, and no answer may lie before it.
 */
export function checkLinearizability(history: Iterable<StoreOperation>): Contradiction[] {
  const leases = groupBy([...history], ({ lease }) => lease);
  return [...leases.values()].flatMap((operations) => [...contradictionsIn(sorted(operations))]);
}

type Value = string | null;

/** What was asked of one lease, by the value that was read, expected or written. */
interface Asked {
  readonly reads: ReadonlyMap<Value, readonly ReadOperation[]>;
  readonly conflicts: ReadonlyMap<Value, readonly SwapOperation[]>;
  /** By what they replaced: those that certainly took effect, and those of which nobody saw anything. */
  readonly effective: ReadonlyMap<Value, readonly SwapOperation[]>;
  readonly unseen: ReadonlyMap<Value, readonly SwapOperation[]>;
  /** Read or built upon, and nobody wrote it. */
  readonly fromNowhere: readonly StoreOperation[];
  /** Writes of a value that another had written: which of them was seen nobody can tell. */
  readonly repeated: readonly (readonly [SwapOperation, SwapOperation])[];
}

function sorted(operations: readonly StoreOperation[]): Asked {
  const reads = operations.filter((it): it is ReadOperation => it.kind === "read");
  const swaps = operations.filter((it): it is SwapOperation => it.kind === "swap");
  const writes = swaps.filter(({ outcome }) => outcome !== "conflict");
  const writers = new Map<Value, SwapOperation>(writes.map((write) => [write.value, write]));
  const stood = new Set<Value>([...reads, ...writes.filter(({ outcome }) => outcome === "committed")].map(valueOf));
  // What was built upon stood as well; a set is walked to what was added on the way.
  for (const value of stood) {
    const writer = writers.get(value);
    if (writer !== undefined) stood.add(writer.expected);
  }
  const repeated = [...groupBy(writes, ({ value }) => value).values()].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [[first, second] as const],
  );
  const isKnown = (value: Value): boolean => value === null || writers.has(value);
  return {
    reads: groupBy(reads, valueOf),
    conflicts: groupBy(
      swaps.filter(({ outcome }) => outcome === "conflict"),
      expectedBy,
    ),
    effective: groupBy(
      writes.filter(({ value }) => stood.has(value)),
      expectedBy,
    ),
    unseen: groupBy(
      writes.filter(({ value }) => !stood.has(value)),
      expectedBy,
    ),
    fromNowhere: [
      ...reads.filter(({ value }) => !isKnown(value)),
      ...writes.filter(({ expected }) => !isKnown(expected)),
    ],
    repeated,
  };
}

function* contradictionsIn(asked: Asked): Generator<Contradiction> {
  const impossible = [...outOfOrder(asked)];
  // Without an order of the writes nothing can be said of times.
  yield* impossible.length > 0 ? impossible.slice(0, 1) : outOfTime(asked);
}

function* outOfOrder({ effective, fromNowhere, repeated }: Asked): Generator<Contradiction> {
  for (const [first, second] of repeated)
    yield contradiction(first, second, `both wrote ${nameOf(first.value)}: each write has a nonce of its own`);
  for (const stray of fromNowhere) yield contradiction(stray, stray, "it saw what nobody wrote");
  for (const [first, second] of effective.values())
    if (first !== undefined && second !== undefined)
      yield contradiction(first, second, `both replaced ${nameOf(first.expected)}: one of them was lost`);
  const replaced = new Set<Value>([null]);
  for (const value of replaced) for (const { value: next } of effective.get(value) ?? []) replaced.add(next);
  for (const [expected, [write]] of effective)
    if (write !== undefined && !replaced.has(expected))
      yield contradiction(write, write, "it does not follow from what stood before");
}

function* outOfTime({ reads, conflicts, effective, unseen }: Asked): Generator<Contradiction> {
  const moment = new EarliestMoment();
  let value: Value = null;
  for (let write: SwapOperation | undefined; ; value = write.value) {
    const readers: readonly ReadOperation[] = reads.get(value) ?? [];
    const answers = write?.outcome === "committed" ? [write, ...readers] : readers;
    yield* moment.contradicts(answers, `${nameOf(value)} was answered before it can have stood`);
    for (const reader of readers) moment.isAfter(reader);

    const losers: readonly SwapOperation[] = conflicts.get(value) ?? [];
    write = effective.get(value)?.[0] ?? (losers.length > 0 ? unseen.get(value)?.toSorted(bySending)[0] : undefined);
    if (write === undefined) {
      for (const loser of losers)
        yield contradiction(loser, loser, `nobody replaced ${nameOf(value)}, which it expected`);
      break;
    }
    moment.isAfter(write);
    yield* moment.contradicts(losers, `it was refused while ${nameOf(value)}, which it expected, still stood`);
  }
}

/** The earliest moment at which the next write can have taken effect, and whose request says so. */
class EarliestMoment {
  #because: StoreOperation | null = null;

  isAfter(request: StoreOperation): void {
    if (this.#because === null || request.sentAt > this.#because.sentAt) this.#because = request;
  }

  *contradicts(answers: readonly StoreOperation[], what: string): Generator<Contradiction> {
    for (const answer of answers)
      if (this.#because !== null && answer.answeredAt < this.#because.sentAt)
        yield contradiction(answer, this.#because, what);
  }
}

function contradiction(first: StoreOperation, second: StoreOperation, what: string): Contradiction {
  return { lease: first.lease, operations: [first, second], sentence: `${first.lease}, ${first.process}: ${what}` };
}

function valueOf({ value }: StoreOperation): Value {
  return value;
}

function expectedBy({ expected }: SwapOperation): Value {
  return expected;
}

function nameOf(value: Value): string {
  return value ?? "the empty lease";
}

function bySending(a: SwapOperation, b: SwapOperation): number {
  return a.sentAt - b.sentAt;
}
