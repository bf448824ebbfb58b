import { createLeaseClient, type LeaseClient, type LeaseStore, type Snapshot } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { thisHost } from "@tenure/host";
import { describe, expect, test } from "vitest";
import { freshPrefix, openStore, operator, server, skipped, type Operator } from "./server.ts";

describe.skipIf(skipped !== null)(`floors in etcd${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("the command that puts a deleted floor back has nobody lead beside a holder that still may", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const [one, other] = [await openStore({ prefix }), await openStore({ prefix })];
    const lease = await clientOf(one, "blue").acquire("orders");
    await loseFloor(etcdctl, prefix);
    const failure = await failureOf(other);
    expect(failure).toMatchObject({ code: "ESTATECORRUPT", message: /once nobody acts under them any more/iu });
    await etcdctl.runPut(failure.message);
    expect(await other.read("orders")).toMatchObject({ record: null, epochFloor: 1, floorWaitMs: 30_000 });
    expect(await clientOf(other, "green").tryAcquire("orders")).toBeNull();
    lease.assertHeld();
  });

  test("the journal goes on after its last line, whether its floor was put back or is told by the record", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    for (const epoch of [1, 2, 3]) await write(store, epoch);
    await loseFloor(etcdctl, prefix);
    await etcdctl.runPut((await failureOf(store)).message);
    for (const epoch of [4, 5]) await write(store, epoch);
    await etcdctl.remove(`${prefix}lease/orders/floor`);
    await write(store, 6);
    await etcdctl.removeAll(`${prefix}lease/`);
    await write(await openStore({ prefix }), 1);
    expect(await linesOf(store)).toEqual(["1@1", "2@2", "3@3", "4@4", "5@5", "6@6", "7@1"]);
  });

  test("where no line tells what the floor was, an operator fills it in; what is left out, or waits for nobody, is refused", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 5);
    await etcdctl.removeAll(`${prefix}journal/`);
    await loseFloor(etcdctl, prefix);
    const { message } = await failureOf(store);
    await etcdctl.runPut(message);
    expect(await failureOf(store)).toMatchObject({ code: "ESTATECORRUPT", message: /orders\/floor/u });
    const filledIn = (waitMs: string): string => message.replace(":EPOCH", ":5").replace(":WAIT_MS", `:${waitMs}`);
    await etcdctl.runPut(filledIn("0"));
    expect(await failureOf(store)).toMatchObject({ code: "ESTATECORRUPT", message: /epoch 5 .*nobody would wait/u });
    await etcdctl.runPut(filledIn("15000"));
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 5, floorWaitMs: 15_000 });
  });

  test("a floor that a restored cluster has none of is raised with a wait that an operator fills in", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    const goBack = await server?.backUp();
    await write(store, 7);
    await goBack?.();
    const failure = await failureOf(store);
    expect(failure).toMatchObject({ code: "EEPOCHREGRESSION", message: /"waitMs":WAIT_MS.*longest lease duration/u });
    await etcdctl.runPut(failure.message.replace(":WAIT_MS", ":15000"));
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
  });

  test("a command that raises a floor says that it is not for one that is higher by now", async () => {
    const prefix = freshPrefix();
    const [one, other] = [await openStore({ prefix }), await openStore({ prefix })];
    const goBack = await server?.backUp();
    await write(one, 5);
    await other.read("orders");
    await write(one, 7);
    await goBack?.();
    for (const store of [one, other])
      expect(await failureOf(store)).toMatchObject({
        code: "EEPOCHREGRESSION",
        message: new RegExp(`unless a higher epoch stands there by now.*etcdctl get ${prefix}lease/orders/floor`, "u"),
      });
  });

  test("a lease of a fraction of a millisecond more is waited out, and can be read", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    await write(store, 1, { leaseDurationMs: 15_000.5 });
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 1 }, floorWaitMs: 15_001 });
    await etcdctl.remove(`${prefix}lease/orders/record`);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 1, floorWaitMs: 15_001 });
  });

  async function write(store: LeaseStore, epoch: number, more: { leaseDurationMs?: number } = {}): Promise<Snapshot> {
    const record = heldRecord("orders", epoch, more);
    const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    if (swapped.outcome !== "committed") throw new Error(swapped.outcome);
    return swapped.snapshot;
  }

  async function loseFloor(etcdctl: Operator, prefix: string): Promise<void> {
    for (const part of ["record", "floor"]) await etcdctl.remove(`${prefix}lease/orders/${part}`);
  }

  async function failureOf(store: LeaseStore): Promise<Error> {
    const shown: unknown = await store.read("orders").catch((error: unknown) => error);
    if (shown instanceof Error) return shown;
    throw new Error("it was read");
  }

  /** As `line@epoch`. */
  async function linesOf(store: LeaseStore): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const { revision, record } of store.journal("orders"))
      lines.push(`${revision.split(".")[0]}@${record.epoch}`);
    return lines;
  }

  function clientOf(store: LeaseStore, holderIdentity: string): LeaseClient {
    return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: 30_000 } });
  }
});
