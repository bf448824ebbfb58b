import assert from "node:assert/strict";
import type { LeaseStore } from "../store.ts";
import { heldRecord, swap, write, type StoreCase } from "./conformance-kit.ts";

const CLAIMANTS = 20;
const WRITES_EACH = 25;

export const swapCases: readonly StoreCase[] = [
  {
    title: "reads no record and no floor of a lease that never was",
    run: async ({ connect }) => {
      const store = await connect();
      const snapshot = await store.read("job");
      assert.equal(snapshot.record, null);
      assert.equal(snapshot.epochFloor, 0);
      assert.equal(snapshot.storeId, store.storeId);
    },
  },
  {
    title: "shows a committed write to every handle, exactly as it was written",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const record = heldRecord("job", 1);
      const written = await write(one, record);
      assert.deepEqual(written.record, record);
      const found = await other.read("job");
      assert.deepEqual(found.record, record);
      assert.equal(found.revision, written.revision);
      assert.equal(one.storeId, other.storeId);
    },
  },
  {
    title: "answers conflict to whoever wrote second, and nothing of it takes effect",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const before = await other.read("job");
      const first = await write(one, heldRecord("job", 1));
      assert.deepEqual(await swap(other, before, heldRecord("job", 1)), { outcome: "conflict" });
      assert.deepEqual((await other.read("job")).record, first.record);
    },
  },
  {
    title: "commits exactly one of many claims made at once from several handles",
    run: async ({ connect }) => {
      const handles = [await connect(), await connect(), await connect()];
      const claims = handles.flatMap((store) => Array.from({ length: CLAIMANTS }, () => store));
      const snapshots = await Promise.all(claims.map((store) => store.read("job")));
      const outcomes = await Promise.all(
        claims.map(async (store, at) => {
          const expected = snapshots[at];
          assert.ok(expected !== undefined);
          return await swap(store, expected, heldRecord("job", 1));
        }),
      );
      const committed = outcomes.filter(({ outcome }) => outcome === "committed");
      assert.equal(committed.length, 1);
      assert.equal(outcomes.filter(({ outcome }) => outcome === "conflict").length, claims.length - 1);
    },
  },
  {
    title: "loses no write of several handles that write in turns",
    run: async ({ connect }) => {
      const handles = [await connect(), await connect()];
      const add = async (store: LeaseStore): Promise<void> => {
        for (let done = 0; done < WRITES_EACH;) {
          const found = await store.read("job");
          const renewals = (found.record?.renewals ?? 0) + 1;
          if ((await swap(store, found, heldRecord("job", 1, { renewals }))).outcome === "committed") done += 1;
        }
      };
      await Promise.all(handles.map(add));
      for (const store of handles) assert.equal((await store.read("job")).record?.renewals, 2 * WRITES_EACH);
    },
  },
  {
    title: "never repeats a revision, whatever is written",
    run: async ({ connect }) => {
      const store = await connect();
      const revisions = new Set<string>([(await store.read("job")).revision]);
      const record = heldRecord("job", 1);
      for (let count = 1; count <= 10; count++) {
        revisions.add((await write(store, { ...record, nonce: `repeated-nonce-${count % 2}` })).revision);
        assert.equal(revisions.size, count + 1);
      }
    },
  },
  {
    title: "keeps its floor at the highest epoch ever written, and refuses what lies below it",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      await write(one, heldRecord("job", 7, { leaseDurationMs: 30_000, lockDelayMs: 500 }));
      const found = await other.read("job");
      assert.equal(found.epochFloor, 7);
      assert.ok(found.floorWaitMs >= 30_500, "the floor remembers the longest lease with its lock delay");
      await assert.rejects(swap(other, found, heldRecord("job", 6)), { code: "EEPOCHREGRESSION" });
      assert.deepEqual((await one.read("job")).record, found.record);
    },
  },
  {
    title: "keeps the floor when the record is lost, and no snapshot from before matches again",
    needs: "loseRecord",
    run: async ({ connect, loseRecord }) => {
      assert.ok(loseRecord !== undefined);
      const before = await write(await connect(), heldRecord("job", 7));
      await loseRecord("job");
      const store = await connect();
      const after = await store.read("job");
      assert.equal(after.record, null);
      assert.ok(after.epochFloor >= 7, `the floor fell to ${after.epochFloor}`);
      assert.ok(after.floorWaitMs >= 15_000);
      assert.deepEqual(await swap(store, before, heldRecord("job", 8)), { outcome: "conflict" });
      const next = await write(store, heldRecord("job", after.epochFloor + 1));
      assert.deepEqual(await swap(store, before, heldRecord("job", next.epochFloor)), { outcome: "conflict" });
    },
  },
  {
    title: "keeps what it does not know: fields of a newer minor version, at every depth",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const record = heldRecord("job", 1);
      const newer = { ...record, shards: [1, { two: "2" }], holder: { ...record.holder, zone: "b" } };
      await write(one, newer as typeof record);
      assert.deepEqual((await other.read("job")).record, newer);
    },
  },
  {
    title: "keeps identities of any script exactly",
    run: async ({ connect }) => {
      const [one, other] = [await connect(), await connect()];
      const holderIdentity = "größe-名前-🙂 'x' \"y\" \\ $HOME";
      await write(one, heldRecord("job", 1, { holderIdentity }));
      assert.equal((await other.read("job")).record?.holderIdentity, holderIdentity);
    },
  },
  {
    title: "keeps leases apart",
    run: async ({ connect }) => {
      const store = await connect();
      await write(store, heldRecord("job", 3));
      const other = await store.read("job.2");
      assert.equal(other.record, null);
      assert.equal(other.epochFloor, 0);
      await write(store, heldRecord("Job-2_x", 1));
      assert.equal((await store.read("job")).record?.epoch, 3);
      assert.deepEqual((await store.list()).toSorted(), ["Job-2_x", "job"]);
    },
  },
  {
    title: "tells the truth about a request that was given up",
    run: async ({ connect }) => {
      const store = await connect();
      const record = heldRecord("job", 1);
      const outcome = await swap(store, await store.read("job"), record, AbortSignal.abort()).catch(() => "rejected");
      const nonce = (await store.read("job")).record?.nonce;
      if (typeof outcome === "string" || outcome.outcome === "conflict") assert.equal(nonce, undefined);
      else if (outcome.outcome === "committed") assert.equal(nonce, record.nonce);
    },
  },
  {
    title: "refuses names that are no lease names",
    run: async ({ connect }) => {
      const store = await connect();
      for (const name of [
        "",
        ".",
        "..",
        "a/b",
        "../up",
        "-option",
        ".hidden",
        "a b",
        "a\0b",
        "a\n",
        "é",
        "x".repeat(129),
      ]) {
        await assert.rejects(async () => await store.read(name), { code: "EUSAGE" }, JSON.stringify(name));
      }
      assert.equal((await store.read("x".repeat(128))).record, null);
    },
  },
];
