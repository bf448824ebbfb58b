import { closeCases } from "./conformance-close.ts";
import { journalCases } from "./conformance-journal.ts";
import type { StoreFixture, Support } from "./conformance-kit.ts";
import { swapCases } from "./conformance-swap.ts";
import { vigilCases } from "./conformance-vigil.ts";
import { watchCases } from "./conformance-watch.ts";

const cases = [...swapCases, ...watchCases, ...journalCases, ...vigilCases, ...closeCases];

export interface StoreSubject {
  readonly name: string;
  /** An empty store for each case. */
  readonly open: () => Promise<StoreFixture>;
  /** Cases that need more are left out. `vigil`: the store tells a holder's death. `loseRecord`: the fixture has it. */
  readonly supports: readonly Support[];
}

/** What the suite needs of a test framework; vitest, jest, mocha and node:test all have it. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/**
 * Proves that a store keeps the contract of `LeaseStore`: whoever writes a store runs this against the real engine. What a
 * store says of itself in `guarantees` is held against it.
 */
export function describeLeaseStore({ name, open, supports }: StoreSubject, { describe, it }: TestFramework): void {
  describe(`${name} keeps the contract of a lease store`, () => {
    for (const { title, needs, run } of cases) {
      if (needs !== undefined && !supports.includes(needs)) continue;
      it(title, async () => {
        const fixture = await open();
        const closing: (() => Promise<void>)[] = [];
        const connect: StoreFixture["connect"] = async () => {
          const store = await fixture.connect();
          closing.push(() => store.close());
          return store;
        };
        try {
          await run({ ...fixture, connect });
        } finally {
          for (const close of closing) await close();
          await fixture.dispose();
        }
      });
    }
  });
}
