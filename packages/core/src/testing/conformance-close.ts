import assert from "node:assert/strict";
import { collect, heldRecord, write, type StoreCase } from "./conformance-kit.ts";

export const closeCases: readonly StoreCase[] = [
  {
    title: "says what it is",
    run: async ({ connect }) => {
      const store = await connect();
      const probe = await store.probe();
      assert.equal(probe.engine, store.guarantees.engine);
      assert.equal(probe.storeId, store.storeId);
      assert.match(store.storeId, /^[\x21-\x7e]{1,128}$/u);
    },
  },
  {
    title: "ends its watches when it is closed, may be closed twice, and leaves others and their data alone",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const written = await write(one, heldRecord("job", 1));
      const watching = one.watch("job", { signal: new AbortController().signal });
      const watched = collect(watching, () => false).catch(() => []);
      await one.close();
      await one.close();
      await watched;
      await assert.rejects(async () => await one.read("job"));
      assert.deepEqual((await other.read("job")).record, written.record);
    },
  },
];
