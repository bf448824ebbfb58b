import assert from "node:assert/strict";
import type { JournalEntry, LeaseStore } from "../store.ts";
import { collect, eventFor, heldRecord, swap, write, type StoreCase } from "./conformance-kit.ts";

export const journalCases: readonly StoreCase[] = [
  {
    title: "journals every transition once, in order, with its event and the record it left",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const records = [heldRecord("job", 1), heldRecord("job", 2), heldRecord("job", 3)];
      for (const [at, record] of records.entries()) await write(at === 1 ? other : one, record);
      const entries = await journal(other, "job");
      assert.deepEqual(
        entries.map(({ event, record }) => ({ event, record })),
        records.map((record) => ({ event: eventFor(record), record })),
      );
      assert.equal(entries.at(-1)?.revision, (await one.read("job")).revision);
    },
  },
  {
    title: "resumes the journal after a revision",
    run: async ({ connect }) => {
      const store = await connect();
      const first = await write(store, heldRecord("job", 1));
      await write(store, heldRecord("job", 2));
      await write(store, heldRecord("job", 3));
      assert.deepEqual(
        (await journal(store, "job", first.revision)).map(({ record }) => record.epoch),
        [2, 3],
      );
      assert.deepEqual(await journal(store, "job", (await store.read("job")).revision), []);
    },
  },
  {
    title: "journals nothing of a write that came second",
    run: async ({ connect }) => {
      const store = await connect();
      const before = await store.read("job");
      const winner = await write(store, heldRecord("job", 1));
      await swap(store, before, heldRecord("job", 1));
      assert.deepEqual(
        (await journal(store, "job")).map(({ record }) => record.nonce),
        [winner.record?.nonce],
      );
      assert.deepEqual(await journal(store, "other"), []);
    },
  },
];

function journal(store: LeaseStore, name: string, after?: string): Promise<JournalEntry[]> {
  return collect(store.journal(name, after), () => false);
}
