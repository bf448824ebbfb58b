import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { segmentPath } from "../src/layout.ts";
import { encodeLine } from "../src/line.ts";
import { acquire, event, open, record, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const free = { holderIdentity: null, holder: null };
const durable = { durable: true };
const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });
const journal = ({ directory }: Folders): string => segmentPath(directory, "orders", 1);

/** A gate that a call waits at, and when it came there. */
function gate(): {
  readonly passed: Promise<void>;
  readonly open: () => void;
  readonly reached: Promise<void>;
  readonly reach: () => void;
} {
  let open = (): void => {};
  let reach = (): void => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return { passed, open, reached, reach };
}

describe("F6 a disk that does not answer", () => {
  test("a write that was given up is unknown, and the one behind it was not sent; both say why", async () => {
    const hang = gate();
    let hangs = false;
    const datasync: FileSystem["datasync"] = async (fd) => {
      if (hangs) {
        hang.reach();
        await hang.passed;
      }
      await systemFiles.datasync(fd);
    };
    const store = await open({ ...temporaryFolders(), fileSystem: { ...systemFiles, datasync } });
    const before = await acquire(store, "orders", free);
    hangs = true;
    const [next, later] = [record("orders", 2), record("orders", 3)];
    const giveUp = new AbortController();
    const first = store.compareAndSwap(before, next, event("lease.acquired", next), {
      durable: true,
      signal: giveUp.signal,
    });
    await hang.reached;
    const leave = new AbortController();
    const second = store.compareAndSwap(before, later, event("lease.acquired", later), {
      durable: true,
      signal: leave.signal,
    });
    const refused = expect(second).rejects.toMatchObject({
      message: expect.stringContaining("nothing was sent, since an earlier write to"),
      facts: { name: "orders" },
    });
    leave.abort(new Error("enough"));
    await refused;
    giveUp.abort(new Error("enough"));
    const { outcome, cause } = (await first) as { outcome: string; cause: Error };
    expect([outcome, cause.message]).toEqual(["unknown", expect.stringContaining("a write to")]);
    expect(cause).toMatchObject({ code: "ESTOREUNAVAILABLE", cause: new Error("enough"), facts: { name: "orders" } });
    hangs = false;
    hang.open();
  });

  test("a first write that was given up is unknown as well: the journal may still be begun", async () => {
    const hang = gate();
    const link: FileSystem["link"] = async (from, to) => {
      if (to.includes(".journal.")) {
        hang.reach();
        await hang.passed;
      }
      await systemFiles.link(from, to);
    };
    const store = await open({ ...temporaryFolders(), fileSystem: { ...systemFiles, link } });
    const before = await store.read("orders");
    const next = record("orders", 1);
    const giveUp = new AbortController();
    const options = { durable: true, signal: giveUp.signal };
    const swapped = store.compareAndSwap(before, next, event("lease.acquired", next), options);
    await hang.reached;
    giveUp.abort(new Error("enough"));
    expect(await swapped).toMatchObject({ outcome: "unknown", cause: { cause: new Error("enough") } });
    hang.open();
  });

  test("it is rehearsed only once how to take over, whoever waits", async () => {
    const folders = temporaryFolders();
    await acquire(await open(folders), "orders");
    let syncs = 0;
    const datasync: FileSystem["datasync"] = async (fd) => {
      syncs += 1;
      await systemFiles.datasync(fd);
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, datasync } });
    const stop = new AbortController();
    for (let watchers = 0; watchers < 2; watchers += 1) await store.watch("orders", stop).next();
    stop.abort();
    await store.close();
    expect(syncs).toBe(1);
  });
});

describe("a candidate", () => {
  test("that has not seen what another intended looks again", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const before = await store.read("orders");
    const link: FileSystem["link"] = (from, to) =>
      to.includes(".journal.") ? Promise.reject(failure("EIO")) : systemFiles.link(from, to);
    const other = await open({ ...folders, fileSystem: { ...systemFiles, link } });
    await expect(acquire(other, "orders")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    const next = record("orders", 1);
    expect(await store.compareAndSwap(before, next, event("lease.acquired", next), durable)).toEqual({
      outcome: "conflict",
    });
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 1 });
  });

  test("asks for no epoch that was there before, although it has seen so", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    for (let term = 0; term < 3; term += 1) await acquire(store, "orders", free);
    const before = await store.read("orders");
    const old = record("orders", 2);
    await expect(store.compareAndSwap(before, old, event("lease.acquired", old), durable)).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
      message:
        "epoch 2 of lease orders is not to be had: 3 was there before; read the lease again and take a higher one",
      facts: { name: "orders", epoch: 2 },
    });
  });

  test("whose journal has no durable name yet does not know whether it leads", async () => {
    const folders = temporaryFolders();
    let fails = false;
    const link: FileSystem["link"] = async (from, to) => {
      await systemFiles.link(from, to);
      fails = to.includes(".journal.");
    };
    const sync: FileSystem["sync"] = (fd) => (fails ? Promise.reject(failure("EIO")) : systemFiles.sync(fd));
    const store = await open({ ...folders, fileSystem: { ...systemFiles, link, sync } });
    const next = record("orders", 1);
    const swapped = await store.compareAndSwap(
      await store.read("orders"),
      next,
      event("lease.acquired", next),
      durable,
    );
    expect(swapped).toMatchObject({
      outcome: "unknown",
      cause: { code: "ESTOREUNAVAILABLE", message: expect.stringContaining("EIO") },
    });
    expect((await store.read("orders")).record?.nonce).toBe(next.nonce);
  });

  test("a record that gives out no epoch begins a journal without one", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const nobody = record("orders", 0, free);
    const swapped = await store.compareAndSwap(
      await store.read("orders"),
      nobody,
      event("lease.released", nobody),
      durable,
    );
    expect(swapped).toMatchObject({ outcome: "committed", snapshot: { epochFloor: 0 } });
    expect((await acquire(store, "orders")).record?.epoch).toBe(1);
  });
});

describe("F2 a segment whose sync failed", () => {
  async function distrusting(append: FileSystem["append"] = (fd, bytes) => systemFiles.append(fd, bytes)) {
    const folders = temporaryFolders();
    let fails = false;
    const datasync: FileSystem["datasync"] = async (fd) => {
      if (fails) throw failure("EIO");
      await systemFiles.datasync(fd);
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, append, datasync } });
    await acquire(store, "orders");
    fails = true;
    await expect(acquire(store, "orders")).rejects.toThrow("unknown");
    fails = false;
    return { folders, store };
  }

  test("is left by itself where another has gone on already", async () => {
    const { folders, store } = await distrusting();
    const other = await open({ ...folders, segmentBytes: 1 });
    await acquire(other, "orders");
    await other.close();
    const next = await acquire(store, "orders");
    expect(next.record?.epoch).toBe(4);
    expect((await store.verify("orders")).problems).toEqual([]);
  });

  test("is not trusted while another's line keeps it from being left", async () => {
    let beside = (): Promise<unknown> => Promise.resolve();
    const append: FileSystem["append"] = async (fd, bytes) => {
      if (bytes.includes('"seal":')) await beside();
      return await systemFiles.append(fd, bytes);
    };
    const { folders, store } = await distrusting(append);
    const other = await open(folders);
    beside = async () => {
      beside = () => Promise.resolve();
      await renew(other, await other.read("orders"));
    };
    await expect(acquire(store, "orders")).rejects.toMatchObject({
      message: expect.stringContaining("is not trusted any more"),
      facts: { name: "orders" },
    });
    expect((await acquire(store, "orders")).record?.epoch).toBe(3);
  });
});

describe("what no build of ours writes", () => {
  test("a record with a good sum that is none is refused, and stays as it is", async () => {
    const folders = temporaryFolders();
    const { record: held } = await acquire(await open(folders), "orders");
    const path = journal(folders);
    const line = readFileSync(path, "utf8").trimEnd();
    const { seq, sum } = JSON.parse(line) as { seq: number; sum: string };
    const bad = { v: 1, seq: seq + 1, prev: sum, record: { ...held, renewals: -1 } };
    appendFileSync(path, encodeLine(bad).text);
    const whole = readFileSync(path, "utf8");
    const other = await open(folders);
    await expect(other.read("orders")).rejects.toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringMatching(/the record of revision .* is none: .*renewals.*Put back a good copy/u),
      facts: { name: "orders" },
    });
    expect(readFileSync(path, "utf8")).toBe(whole);
  });

  test("a record that is too long is refused before it is written, to begin a journal as well as to go on", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const long = { shards: "x".repeat(70_000) } as object;
    const message: unknown = expect.stringMatching(/too long; 65536 are the most/u);
    const tooLong = { code: "EINVALID", message, facts: { name: "orders" } };
    await expect(acquire(store, "orders", long)).rejects.toMatchObject(tooLong);
    await acquire(store, "orders");
    const whole = readFileSync(journal(folders), "utf8");
    await expect(acquire(store, "orders", long)).rejects.toMatchObject(tooLong);
    expect(readFileSync(journal(folders), "utf8")).toBe(whole);
  });
});

test("F10 a journal that was removed while it was written to is no success, and says which file", async () => {
  const folders = temporaryFolders();
  let removes = false;
  const append: FileSystem["append"] = async (fd, bytes) => {
    if (removes) rmSync(journal(folders));
    return await systemFiles.append(fd, bytes);
  };
  const store = await open({ ...folders, fileSystem: { ...systemFiles, append } });
  const held = await acquire(store, "orders");
  removes = true;
  const next = { ...(held.record ?? record("orders", 1)), nonce: "another-nonce", renewals: 1 };
  const swapped = await store.compareAndSwap(held, next, event("lease.renewed", next), { durable: false });
  expect(swapped).toMatchObject({
    outcome: "unknown",
    cause: { code: "ESTOREUNAVAILABLE", facts: { name: "orders" } },
  });
  expect(String((swapped as { cause: unknown }).cause)).toContain(`${journal(folders)} was removed or replaced`);
});

describe("a write", () => {
  test("that another came before, between the last look and the line, is a conflict", async () => {
    const folders = temporaryFolders();
    let beside = (): Promise<unknown> => Promise.resolve();
    const append: FileSystem["append"] = async (fd, bytes) => {
      await beside();
      return await systemFiles.append(fd, bytes);
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, append } });
    const held = await acquire(store, "orders");
    const other = await open(folders);
    beside = async () => {
      beside = () => Promise.resolve();
      await renew(other, held);
    };
    const next = { ...(held.record ?? record("orders", 1)), nonce: "another-nonce", renewals: 1 };
    expect(await store.compareAndSwap(held, next, event("lease.renewed", next), { durable: false })).toEqual({
      outcome: "conflict",
    });
    expect((await store.verify("orders")).problems).toEqual([]);
  });

  test.each([
    ["with what the disk said", true, "ENOSPC: injected"],
    ["as one that was short", false, "short write"],
  ])("of which half a line stands took no effect, and fails %s", async (_how, fails, says) => {
    const folders = temporaryFolders();
    let tears = false;
    const append: FileSystem["append"] = async (fd, bytes) => {
      if (!tears) return await systemFiles.append(fd, bytes);
      const written = await systemFiles.append(fd, bytes.subarray(0, bytes.length / 2));
      if (fails) throw failure("ENOSPC");
      return written;
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, append } });
    const held = await acquire(store, "orders");
    tears = true;
    await expect(renew(store, held)).rejects.toMatchObject({
      facts: { name: "orders" },
      cause: { message: says },
    });
    tears = false;
    expect((await renew(store, await store.read("orders"))).record?.renewals).toBe(1);
  });

  test("that need not be durable waits for no disk", async () => {
    let syncs = 0;
    const datasync: FileSystem["datasync"] = async (fd) => {
      syncs += 1;
      await systemFiles.datasync(fd);
    };
    const store = await open({ ...temporaryFolders(), fileSystem: { ...systemFiles, datasync } });
    const held = await acquire(store, "orders");
    syncs = 0;
    await renew(store, held);
    expect(syncs).toBe(0);
  });

  test("on what was seen in another store is a conflict", async () => {
    const store = await open(temporaryFolders());
    const seen = { ...(await acquire(store, "orders", free)), storeId: "another" };
    const next = record("orders", 2);
    expect(await store.compareAndSwap(seen, next, event("lease.acquired", next), durable)).toEqual({
      outcome: "conflict",
    });
  });
});

test("a record that was lost has a revision of its own: what is seen of it anew is not what was held", async () => {
  const folders = temporaryFolders();
  const store = await open(folders);
  const first = await acquire(store, "orders");
  const whole = readFileSync(journal(folders));
  await acquire(store, "orders");
  await store.close();
  writeFileSync(journal(folders), whole);
  const found = await (await open(folders)).read("orders");
  expect(found).toMatchObject({ record: null, epochFloor: 2, revision: `lost.${first.revision}` });
});

test("a store that is closed keeps no descriptor of its leases", async () => {
  const folders = temporaryFolders();
  const kept = (): string[] =>
    readdirSync("/proc/self/fd").flatMap((fd) => {
      const path = existsSync(`/proc/self/fd/${fd}`) ? readlinkSync(`/proc/self/fd/${fd}`) : "";
      return path.startsWith(folders.directory) || path.startsWith(folders.floorDirectory) ? [path] : [];
    });
  const store = await open(folders);
  for (const name of ["orders", "invoices"]) await renew(store, await acquire(store, name));
  expect(kept()).not.toEqual([]);
  await store.close();
  expect(kept()).toEqual([]);
});
