import assert from "node:assert/strict";
import { heldRecord, write, type StoreCase } from "./conformance-kit.ts";

export const vigilCases: readonly StoreCase[] = [
  {
    title: "has a vigil exactly when it says that it tells death",
    run: async ({ connect }) => {
      const store = await connect();
      assert.equal(store.vigil !== undefined, store.guarantees.tellsDeath);
    },
  },
  {
    title: "tells those who attend, once, when a vigil ends, and not before",
    needs: "vigil",
    run: async ({ connect }) => {
      const [holder, waiter] = [await connect(), await connect()];
      assert.ok(holder.vigil !== undefined && waiter.vigil !== undefined);
      await write(holder, heldRecord("job", 1));
      const kept = await holder.vigil.keep("job", 1);
      let told = 0;
      const ended = new Promise<void>((resolve) => {
        waiter.vigil?.attend("job", 1, () => {
          told += 1;
          resolve();
        });
      });
      await write(holder, heldRecord("job", 1, { renewals: 1 }));
      await waiter.read("job");
      assert.equal(told, 0);
      await kept.close();
      await ended;
      assert.equal(told, 1);
    },
  },
  {
    title: "tells at once when there is no vigil, or only one of another epoch",
    needs: "vigil",
    run: async ({ connect }) => {
      const [holder, waiter] = [await connect(), await connect()];
      assert.ok(holder.vigil !== undefined && waiter.vigil !== undefined);
      const { vigil } = waiter;
      await new Promise<void>((resolve) => void vigil.attend("job", 1, resolve));
      const kept = await holder.vigil.keep("job", 2);
      await new Promise<void>((resolve) => void vigil.attend("job", 1, resolve));
      await kept.close();
    },
  },
  {
    title: "tells nothing to those who stopped attending",
    needs: "vigil",
    run: async ({ connect }) => {
      const [holder, waiter] = [await connect(), await connect()];
      assert.ok(holder.vigil !== undefined && waiter.vigil !== undefined);
      const kept = await holder.vigil.keep("job", 1);
      let told = false;
      waiter.vigil.attend("job", 1, () => {
        told = true;
      })();
      const { vigil } = waiter;
      const ended = new Promise<void>((resolve) => void vigil.attend("job", 1, resolve));
      await kept.close();
      await ended;
      assert.equal(told, false);
    },
  },
];
