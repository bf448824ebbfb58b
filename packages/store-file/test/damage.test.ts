import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemFiles } from "../src/index.ts";
import { segmentPath } from "../src/layout.ts";
import { encodeLine } from "../src/line.ts";
import { acquire, event, open, record, renew, temporaryFolder, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const segment = ({ directory }: Folders, number = 1): string => segmentPath(directory, "orders", number);

/** Folders with a lease that was led `terms` times. */
async function led(terms: number): Promise<Folders> {
  const folders = temporaryFolders();
  const store = await open(folders);
  for (let term = 0; term < terms; term += 1) await acquire(store, "orders");
  await store.close();
  return folders;
}

describe("F8 a journal that cannot be read is refused, with the file, the reason and the repair, and stays as it is", () => {
  const damages: Record<string, (whole: string) => string | Buffer> = {
    garbage: () => "this was my shopping list\n",
    "garbage without an end": () => "this was my shopping list",
    "a JSON document": () => '{"leader":"me"}\n',
    "the wrong type": () => "[]\n",
    "NUL bytes": (whole) => Buffer.alloc(whole.length),
    "a byte order mark": (whole) => `\uFEFF${whole}`,
    "a first line cut short": (whole) => whole.slice(0, 100),
    "a first line with one bit changed": (whole) => whole.replace('"epoch":1', '"epoch":9'),
    "a lost line in the middle": (whole) => whole.split("\n").toSpliced(1, 1).join("\n"),
    "a lost line before one without its line feed": (whole) => whole.trimEnd().split("\n").toSpliced(1, 1).join("\n"),
    "a changed line in the middle": (whole) => whole.replace('"epoch":2', '"epoch":8'),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(what, async () => {
      const folders = await led(3);
      const damaged = Buffer.from(damage(readFileSync(segment(folders), "utf8")));
      writeFileSync(segment(folders), damaged);
      const store = await open(folders);
      await expect(store.read("orders")).rejects.toMatchObject({
        code: "ESTATECORRUPT",
        message: expect.stringMatching(/orders\.journal\.jsonl, line \d+: .*Nothing was overwritten.*move this file/u),
      });
      const snapshot = {
        name: "orders",
        storeId: store.storeId,
        record: null,
        revision: "0",
        epochFloor: 99,
        floorWaitMs: 0,
      };
      const next = record("orders", 100);
      await expect(
        store.compareAndSwap(snapshot, next, event("lease.acquired", next), { durable: true }),
      ).rejects.toMatchObject({ code: "ESTATECORRUPT" });
      expect(readFileSync(segment(folders)).equals(damaged)).toBe(true);
    });
  }

  test("the repair that is told works: without the file the epoch goes on above all that were", async () => {
    const folders = await led(3);
    writeFileSync(segment(folders), "garbage\n");
    renameSync(segment(folders), join(folders.directory, "..", "moved"));
    const store = await open(folders);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 3, floorWaitMs: 15_000 });
    expect((await acquire(store, "orders")).record?.epoch).toBe(4);
  });

  test("a journal of another store, or another lease, is not taken for this one", async () => {
    const folders = await led(1);
    const other = await led(1);
    copyFileSync(segment(other), segment(folders));
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringContaining("of store"),
    });
    copyFileSync(segment(other), join(other.directory, "bills.journal.jsonl"));
    await expect((await open(other)).read("bills")).rejects.toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringContaining("lease orders"),
    });
  });

  test("a line that builds on another history", async () => {
    const folders = await led(2);
    const old = readFileSync(segment(folders), "utf8");
    const lineAfter = async (): Promise<string> => {
      writeFileSync(segment(folders), old);
      const store = await open(folders);
      const before = await store.read("orders");
      await renew(store, await renew(store, before));
      await store.close();
      return readFileSync(segment(folders), "utf8");
    };
    const one = (await lineAfter()).split("\n");
    const other = (await lineAfter()).split("\n");
    writeFileSync(segment(folders), one.with(3, other[3] ?? "").join("\n"));
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringContaining("line 4"),
    });
  });

  test("a line of a newer format is refused with what to do", async () => {
    const folders = await led(1);
    appendFileSync(segment(folders), encodeLine({ v: 2, whatever: "comes" }).text);
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
  });

  test("a file of absurd size is refused before memory is taken for it", async () => {
    const folders = await led(1);
    truncateSync(segment(folders), 2 ** 40);
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({ code: "ESTATECORRUPT" });
  });

  test("a damaged floor is refused too", async () => {
    const folders = await led(1);
    writeFileSync(join(folders.floorDirectory, "orders.floor.64.jsonl"), "garbage\n");
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({
      code: "ESTATECORRUPT",
      message: expect.stringContaining("floor"),
    });
  });

  test("a damaged name of the store is refused, and restored from its copy once it is removed", async () => {
    const folders = await led(1);
    const { storeId } = await open(folders);
    writeFileSync(join(folders.directory, "store.id"), "garbage\n");
    await expect(open(folders)).rejects.toMatchObject({ code: "ESTATECORRUPT" });
    rmSync(join(folders.directory, "store.id"));
    expect((await open(folders)).storeId).toBe(storeId);
  });
});

describe("F8 what stands after the last line in effect harms nothing", () => {
  const tails: Record<string, string> = {
    "a torn line": '{"v":1,"seq":4,"prev":"abc","ev',
    "trailing bytes": "\u0000\u0000\u0000",
    "a foreign line": "hello from a shell script\n",
    "blank lines": "\n\n\n",
  };
  for (const [what, tail] of Object.entries(tails)) {
    test(`${what}: the state is as before, and the next writer goes on`, async () => {
      const folders = await led(3);
      appendFileSync(segment(folders), tail);
      const store = await open(folders);
      const before = await store.read("orders");
      expect(before.record?.epoch).toBe(3);
      await renew(store, before);
      const after = await acquire(store, "orders");
      expect(after.record?.epoch).toBe(4);
      expect(await (await open(folders)).read("orders")).toEqual(after);
      expect(await store.verify("orders")).toMatchObject({ lines: 5, problems: [] });
    });
  }

  test("F9 a writer that ignores the protocol while others work is passed over, and counted", async () => {
    const folders = await led(1);
    const store = await open(folders);
    for (let round = 0; round < 5; round += 1) {
      appendFileSync(segment(folders), round % 2 === 0 ? '{"leader":"evil"}\n' : "torn");
      await acquire(store, "orders");
    }
    expect(await store.verify("orders")).toMatchObject({ lines: 6, foreignLines: 5, problems: [] });
  });

  test("F9 a writer that overwrites the file under a working process is found at its next call", async () => {
    const folders = await led(1);
    const store = await open(folders);
    const before = await acquire(store, "orders");
    const { size } = statSync(segment(folders));
    writeFileSync(segment(folders), "x".repeat(size + 10));
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTATECORRUPT" });
    await expect(renew(store, before)).rejects.toMatchObject({ code: "ESTATECORRUPT" });
  });
});

describe("F10 state that goes back is noticed, and the epoch goes on above all that were", () => {
  const copyOf = async (folders: Folders): Promise<string> => {
    const copy = `${segment(folders)}.copy`;
    copyFileSync(segment(folders), copy);
    return copy;
  };

  /** What happens to the journal of a lease whose epoch is 7, of which `old` is a copy from epoch 3. */
  const losses: Record<string, (folders: Folders, old: string) => void> = {
    "the journal is deleted": (folders) => rmSync(segment(folders)),
    "the journal is emptied": (folders) => truncateSync(segment(folders)),
    "an old copy is moved over it": (folders, old) => renameSync(old, segment(folders)),
    "an old copy is written into it": (folders, old) => copyFileSync(old, segment(folders)),
    "its end is cut off": (folders, old) => truncateSync(segment(folders), statSync(old).size),
    "the whole state folder is deleted": ({ directory }) => {
      // A mirror that is written meanwhile would keep the folder from being empty.
      renameSync(directory, `${directory}.gone`);
      rmSync(`${directory}.gone`, { recursive: true });
    },
  };
  for (const [what, lose] of Object.entries(losses)) {
    for (const process of ["a working process", "a new process"] as const) {
      test(`${what}: ${process} reports the record as lost`, async () => {
        const folders = temporaryFolders();
        const writer = await open(folders);
        for (let term = 1; term <= 3; term += 1) await acquire(writer, "orders");
        const old = await copyOf(folders);
        for (let term = 4; term <= 7; term += 1) await acquire(writer, "orders");
        const held = await writer.read("orders");
        lose(folders, old);
        const store = process === "a working process" ? writer : await open(folders);
        const found = await store.read("orders");
        expect(found).toMatchObject({ record: null, epochFloor: 7, floorWaitMs: 15_000 });
        // The holder's next renewal is no success.
        const next = { ...held.record, nonce: record("x", 1).nonce } as typeof held.record & object;
        const renewed = await store.compareAndSwap(held, next, event("lease.renewed", next), { durable: false });
        expect(renewed.outcome).toBe("conflict");
        expect((await acquire(store, "orders")).record?.epoch).toBe(8);
      });
    }
  }

  test("an identical copy takes the journal's place: a working process writes into the one that others read", async () => {
    const folders = await led(3);
    const store = await open(folders);
    const before = await store.read("orders");
    const copy = await copyOf(folders);
    renameSync(copy, segment(folders));
    const after = await renew(store, before);
    expect(await (await open(folders)).read("orders")).toEqual(after);
  });

  test("what follows the last line in effect is cut, and grows again beyond where a process had read: it reads that anew", async () => {
    const folders = await led(1);
    appendFileSync(segment(folders), "not a line of tenure, and longer than nothing\n");
    const before = statSync(segment(folders)).size;
    const store = await open(folders);
    const seen = await store.read("orders");
    truncateSync(segment(folders), before - 10);
    const other = await open(folders);
    const next = await renew(other, await other.read("orders"));
    expect(statSync(segment(folders)).size).toBeGreaterThan(before);
    expect(await store.read("orders")).toEqual(next);
    const mine = { ...seen.record, nonce: record("x", 1).nonce } as typeof seen.record & object;
    const written = await store.compareAndSwap(seen, mine, event("lease.renewed", mine), { durable: false });
    expect(written.outcome).toBe("conflict");
  });

  test("the journal is replaced in the middle of a write: that is no success", async () => {
    const folders = await led(3);
    const copy = await copyOf(folders);
    const append = (fd: number, bytes: Buffer): Promise<number> => {
      renameSync(copy, segment(folders));
      return systemFiles.append(fd, bytes);
    };
    const store = await open({ ...folders, fileSystem: { ...systemFiles, append } });
    const before = await store.read("orders");
    const next = { ...record("orders", 3), renewals: 1 };
    const swapped = await store.compareAndSwap(before, next, event("lease.renewed", next), { durable: false });
    expect(swapped).toMatchObject({ outcome: "unknown", cause: { message: expect.stringContaining("replaced") } });
    expect(await store.read("orders")).toEqual(before);
  });

  test("journal and floor both go back under a working process: it remembers", async () => {
    const folders = await led(3);
    const copies = temporaryFolder();
    cpSync(folders.directory, join(copies, "state"), { recursive: true });
    cpSync(folders.floorDirectory, join(copies, "floor"), { recursive: true });
    const store = await open(folders);
    const witness = await open(folders);
    await witness.read("orders");
    for (let term = 4; term <= 7; term += 1) await acquire(store, "orders");
    expect((await witness.read("orders")).record?.epoch).toBe(7);
    for (const [from, to] of [
      ["state", folders.directory],
      ["floor", folders.floorDirectory],
    ] as const) {
      rmSync(to, { recursive: true });
      cpSync(join(copies, from), to, { recursive: true });
    }
    for (const one of [witness, store]) expect(await one.read("orders")).toMatchObject({ record: null, epochFloor: 7 });
    expect((await acquire(witness, "orders")).record?.epoch).toBe(8);
    expect((await (await open(folders)).read("orders")).record?.epoch).toBe(8);
  });

  test("the writer died before it could note what it had published, and the journal is deleted: the intention was noted before", async () => {
    const folders = await led(3);
    const appendNow = (fd: number, bytes: Buffer): number => {
      if (bytes.includes('"published"')) throw new Error("killed");
      return systemFiles.appendNow(fd, bytes);
    };
    const dying = await open({ ...folders, fileSystem: { ...systemFiles, appendNow } });
    expect((await acquire(dying, "orders")).record?.epoch).toBe(4);
    rmSync(segment(folders));
    const store = await open(folders);
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 4 });
    expect((await acquire(store, "orders")).record?.epoch).toBe(5);
  });

  test("the floor folder is deleted: the journal alone keeps the epoch, and the floor comes back", async () => {
    const folders = await led(3);
    const working = await open(folders);
    await working.read("orders");
    rmSync(folders.floorDirectory, { recursive: true });
    expect((await acquire(working, "orders")).record?.epoch).toBe(4);
    rmSync(segment(folders));
    expect((await acquire(await open(folders), "orders")).record?.epoch).toBe(5);
  });

  test("F11 limit: when both folders are restored from old copies, the epoch goes back", async () => {
    const folders = await led(3);
    rmSync(folders.directory, { recursive: true });
    rmSync(folders.floorDirectory, { recursive: true });
    const store = await open(folders);
    expect((await acquire(store, "orders")).record?.epoch).toBe(1);
    expect(store.guarantees.epochResets).toHaveLength(2);
  });

  test("after another boot no epoch is issued that the last one may have published and lost", async () => {
    const folders = await led(3);
    const store = await open({ ...folders, bootId: "the-next-boot" });
    const found = await store.read("orders");
    expect(found).toMatchObject({ record: { epoch: 3 }, epochFloor: 64 });
    expect((await acquire(store, "orders")).record?.epoch).toBe(65);
    expect((await acquire(store, "orders")).record?.epoch).toBe(66);
    expect(readdirSync(folders.floorDirectory)).toContain("orders.floor.128.jsonl");
  });
});
