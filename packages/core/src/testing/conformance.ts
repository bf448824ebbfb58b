import { brokenStores, type BrokenStore } from "./broken-stores.ts";
import { clockCases } from "./conformance-clock.ts";
import { closeCases } from "./conformance-close.ts";
import { journalCases } from "./conformance-journal.ts";
import type { StoreCase, StoreFixture, Support } from "./conformance-kit.ts";
import { swapCases } from "./conformance-swap.ts";
import { vigilCases } from "./conformance-vigil.ts";
import { watchCases } from "./conformance-watch.ts";

const CASE_LIMIT_MS = 30_000;
/** One that misses a change ends nowhere else. */
const BROKEN_CASE_LIMIT_MS = 2_000;
const cases = [...swapCases, ...watchCases, ...clockCases, ...journalCases, ...vigilCases, ...closeCases];

export interface StoreSubject {
  readonly name: string;
  /** An empty store for each case. */
  readonly open: () => Promise<StoreFixture>;
  /** Cases that need more are left out. `vigil`: the store tells a holder's death. `loseRecord`: the fixture has it. */
  readonly supports: readonly Support[];
  /** What a store that never answers is given up after; 30 s by default. The framework's own limit should be longer. */
  readonly caseLimitMs?: number;
}

/** What the suite needs of a test framework; vitest, jest, mocha and node:test all have it. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/**
 * Proves that a store keeps the contract of `LeaseStore`: whoever writes a store runs this against the real engine. Of what
 * a store says of itself in `guarantees` the engine, the server's clock and that it tells of deaths are held against it. That it finds what is
 * wrong is shown by `describeBrokenStores`.
 */
export function describeLeaseStore(subject: StoreSubject, { describe, it }: TestFramework): void {
  describe(`${subject.name} keeps the contract of a lease store`, () => {
    for (const { title, run } of casesFor(subject)) it(title, () => runCase(subject, run));
  });
}

/**
 * Proves that the suite can fail: the same store, broken in one way at a time, must be rejected. With it a pass can be trusted on an
 * engine that nobody ran it on before.
 */
export function describeBrokenStores(subject: StoreSubject, { describe, it }: TestFramework): void {
  describe(`the contract of a lease store, on ${subject.name}, rejects`, () => {
    for (const broken of brokenStores) it(`one that ${broken.breaks}`, () => mustReject(subject, broken));
  });
}

async function mustReject(subject: StoreSubject, { breaks, over }: BrokenStore): Promise<void> {
  const open = async (): Promise<StoreFixture> => {
    const fixture = await subject.open();
    return { ...fixture, connect: async () => over(await fixture.connect()) };
  };
  for (const { run } of casesFor(subject)) {
    const ran = await Promise.allSettled([runCase({ caseLimitMs: BROKEN_CASE_LIMIT_MS, ...subject, open }, run)]);
    if (ran[0].status === "rejected") return;
  }
  throw new Error(`every case passed on a store that ${breaks}`);
}

function casesFor({ supports }: StoreSubject): readonly StoreCase[] {
  return cases.filter(({ needs }) => needs === undefined || supports.includes(needs));
}

/** What went wrong in the case comes before what went wrong while it was cleared away. */
async function runCase({ open, caseLimitMs = CASE_LIMIT_MS }: StoreSubject, run: StoreCase["run"]): Promise<void> {
  const fixture = await open();
  const closing: (() => Promise<void>)[] = [];
  const connect: StoreFixture["connect"] = async () => {
    const store = await fixture.connect();
    closing.push(() => store.close());
    return store;
  };
  const ran = await Promise.allSettled([within(caseLimitMs, run({ ...fixture, connect }))]);
  const closed = await Promise.allSettled(closing.map((close) => close()));
  const disposed = await Promise.allSettled([fixture.dispose()]);
  for (const step of [...ran, ...closed, ...disposed]) if (step.status === "rejected") throw step.reason;
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `nothing more came for ${limitMs} ms: a change that a watch missed, or a request that nobody answers`;
    timer = setTimeout(() => reject(new Error(message)), limitMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
