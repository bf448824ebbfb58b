import assert from "node:assert/strict";
import type { Snapshot } from "../store.ts";
import { collect, heldRecord, write, type StoreCase } from "./conformance-kit.ts";

const BURST = 50;

export const watchCases: readonly StoreCase[] = [
  {
    title: "begins a watch with what stands there, also with nothing",
    run: async ({ connect }) => {
      const store = await connect();
      const [nothing] = await collect(store.watch("job", watching()), () => true);
      assert.equal(nothing?.record, null);
      const written = await write(store, heldRecord("job", 1));
      const [something] = await collect(store.watch("job", watching()), () => true);
      assert.deepEqual(something?.record, written.record);
    },
  },
  {
    title: "tells a watcher what another handle wrote",
    run: async ({ connect }) => {
      const [watcher, writer] = [await connect(), await connect()];
      const seen: Snapshot[] = [];
      for await (const snapshot of watcher.watch("job", watching())) {
        seen.push(snapshot);
        if (snapshot.record?.epoch === 2) break;
        await write(writer, heldRecord("job", (snapshot.record?.epoch ?? 0) + 1));
      }
      assert.equal(seen[0]?.record, null);
      assert.equal(seen.at(-1)?.epochFloor, 2);
    },
  },
  {
    title: "may skip what is old by then, never the newest, and never goes back",
    run: async ({ connect }) => {
      const [watcher, writer] = [await connect(), await connect()];
      const last = heldRecord("job", 1, { renewals: BURST });
      const writing = (async (): Promise<void> => {
        for (let renewals = 0; renewals < BURST; renewals++) await write(writer, heldRecord("job", 1, { renewals }));
        await write(writer, last);
      })();
      const seen = await collect(watcher.watch("job", watching()), (all) => all.at(-1)?.record?.nonce === last.nonce);
      await writing;
      const counts = seen.map(({ record }) => record?.renewals ?? -1);
      assert.deepEqual(
        counts,
        counts.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(seen.map(({ revision }) => revision)).size, seen.length, "a revision was told twice");
    },
  },
  {
    title: "ends a watch without an error when it is aborted, before it began or while it waits; others go on",
    run: async ({ connect }) => {
      const [store, writer] = [await connect(), await connect()];
      assert.deepEqual(await collect(store.watch("job", { signal: AbortSignal.abort() }), () => false), []);
      const abort = new AbortController();
      const other = store.watch("job", watching())[Symbol.asyncIterator]();
      await other.next();
      for await (const _ of store.watch("job", { signal: abort.signal })) abort.abort();
      const waiting = new AbortController();
      const waits = store.watch("job", { signal: waiting.signal })[Symbol.asyncIterator]();
      await waits.next();
      const next = waits.next();
      waiting.abort();
      assert.equal((await next).done, true);
      const written = await write(writer, heldRecord("job", 1));
      const told = await other.next();
      assert.ok(told.done !== true);
      assert.equal(told.value.revision, written.revision);
      await other.return?.();
    },
  },
];

function watching(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
