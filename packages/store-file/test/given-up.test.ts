import { expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import { acquire, event, open, record, temporaryFolders } from "./support.ts";

test("F7 a first epoch that was given up while the disk was slow need not be waited out: it was never intended", async () => {
  let letGo = (): void => {};
  let slow = false;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const fileSystem = {
    ...systemFiles,
    sync: async (fd: number) => {
      if (slow) await gate;
      await systemFiles.sync(fd);
    },
  };
  const store = await open({ ...temporaryFolders(), fileSystem });
  const before = await store.read("orders");
  slow = true;
  const giveUp = new AbortController();
  const next = record("orders", 1);
  const options = { durable: true, signal: giveUp.signal };
  const swapped = store.compareAndSwap(before, next, event("lease.acquired", next), options);
  const refused = expect(swapped).rejects.toThrow();
  giveUp.abort();
  letGo();
  await refused;
  // As if nobody had ever asked: with a floor above zero and no record, a lease duration would have to pass first.
  expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 0 });
  expect((await acquire(store, "orders")).record?.epoch).toBe(1);
});
