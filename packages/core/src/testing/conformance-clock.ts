import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { heldRecord, write, type StoreCase } from "./conformance-kit.ts";

const READS = 5;
/** Its clock is another than the test's. */
const CLOCKS_DIFFER_MS = 1_000;

export const clockCases: readonly StoreCase[] = [
  {
    title: "tells an age, where it tells one, that begins anew with each write and only grows until the next",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const since = performance.now();
      for (const epoch of [1, 2]) {
        await write(one, heldRecord("job", epoch));
        let youngest = 0;
        for (let count = 1; count <= READS; count += 1) {
          const { ageMs } = await other.read("job");
          assert.equal(ageMs !== undefined, other.guarantees.serverClock);
          if (ageMs === undefined) return;
          assert.ok(ageMs >= youngest, `an age of ${ageMs} ms came after one of ${youngest} ms`);
          const elapsedMs = performance.now() - since;
          assert.ok(ageMs <= elapsedMs + CLOCKS_DIFFER_MS, `an age of ${ageMs} ms, ${elapsedMs} ms after the write`);
          youngest = ageMs;
        }
      }
    },
  },
];
