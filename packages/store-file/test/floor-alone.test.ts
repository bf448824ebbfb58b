import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Floor } from "../src/floor.ts";
import type { FloorContext } from "../src/floor.ts";
import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { record, temporaryFolder } from "./support.ts";

interface Place extends Partial<FileSystem> {
  readonly directory: string;
  readonly name?: string;
  readonly storeId?: string;
  readonly bootId?: string;
}

/** A floor by itself, as it was just loaded. */
function floorIn({ directory, name = "orders", storeId = "store", bootId = "boot", ...changes }: Place): Floor {
  const context: FloorContext = {
    files: { ...systemFiles, ...changes },
    directory,
    owner: { storeId, name },
    bootId,
    randomToken: () => "token",
    insecure: false,
  };
  const floor = new Floor(context);
  onTestFinished(() => floor.close());
  floor.load();
  return floor;
}

/** Issues one epoch as a writer does: noted before and after. */
async function issue(floor: Floor, epoch: number): Promise<boolean> {
  const isHad = await floor.intend(record("orders", epoch), () => {});
  if (isHad) floor.confirm(record("orders", epoch));
  return isHad;
}

function blocks(directory: string): readonly string[] {
  return readdirSync(directory).toSorted();
}

interface Counted {
  readonly calls: Partial<FileSystem>;
  /** Blocks that were opened, ever, and what is open now. */
  opened: number;
  readonly open: Set<number>;
  readonly read: [start: number, length: number][];
}

function counted(): Counted {
  const counts: Counted = {
    opened: 0,
    open: new Set(),
    read: [],
    calls: {
      open: (path, flags) => {
        const fd = systemFiles.open(path, flags);
        counts.open.add(fd);
        if (path.endsWith(".jsonl")) counts.opened += 1;
        return fd;
      },
      close: (fd) => {
        counts.open.delete(fd);
        systemFiles.close(fd);
      },
      read: (fd, buffer, position) => {
        counts.read.push([position, buffer.length]);
        return systemFiles.read(fd, buffer, position);
      },
    },
  };
  return counts;
}

test("what was read stays open, and of what others append only that is read", async () => {
  const directory = temporaryFolder();
  const other = floorIn({ directory });
  await issue(other, 1);
  const counts = counted();
  const floor = floorIn({ directory, ...counts.calls });
  expect([counts.opened, floor.shown]).toEqual([1, 1]);
  const path = join(directory, "orders.floor.64.jsonl");
  counts.read.length = 0;
  await floor.intend(record("orders", 2), () => {});
  expect([counts.opened, counts.read]).toEqual([1, []]);
  const before = readFileSync(path).length;
  await floor.intend(record("orders", 2), () => {});
  await issue(other, 3);
  counts.read.length = 0;
  await floor.intend(record("orders", 4), () => {});
  const [[start, length] = [0, 0]] = counts.read;
  expect([counts.opened, counts.read.length, floor.shown]).toEqual([1, 1, 3]);
  expect(start).toBeGreaterThan(0);
  expect(start).toBeLessThanOrEqual(before);
  expect(start + length).toBeLessThanOrEqual(readFileSync(path).length);
  floor.close();
  expect(counts.open.size).toBe(0);
});

test("half a line that another left says nothing, and what comes after it counts", async () => {
  const directory = temporaryFolder();
  const floor = floorIn({ directory });
  await issue(floor, 1);
  expect(await issue(floor, 1)).toBe(false);
  const path = join(directory, "orders.floor.64.jsonl");
  const before = readFileSync(path).length;
  await issue(floorIn({ directory }), 2);
  const appended = readFileSync(path).subarray(before);
  truncateSync(path, before + 10);
  await floor.intend(record("orders", 3), () => {});
  expect(floor.shown).toBe(1);
  appendFileSync(path, appended.subarray(10));
  await floor.intend(record("orders", 3), () => {});
  expect(floor.shown).toBe(2);
});

test("what is noted counts at once, and not only when it is read again", async () => {
  const floor = floorIn({ directory: temporaryFolder() });
  await floor.intend(record("orders", 5), () => {});
  expect([floor.issued, floor.shown]).toEqual([5, 0]);
  floor.confirm(record("orders", 5));
  expect([floor.issued, floor.shown]).toEqual([5, 5]);
});

test("a block that was cut short is refused, also by who had read it whole", async () => {
  const directory = temporaryFolder();
  const floor = floorIn({ directory });
  await issue(floor, 1);
  truncateSync(join(directory, "orders.floor.64.jsonl"), 0);
  await expect(issue(floor, 2)).rejects.toMatchObject({ code: "ESTATECORRUPT", facts: { name: "orders" } });
});

test.each([
  ["lease", { name: "invoices" }],
  ["store", { storeId: "another" }],
])("the floor of another %s is none of this one's", async (_, other) => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory, ...other }), 1);
  const [file = ""] = blocks(directory);
  copyFileSync(join(directory, file), join(directory, "orders.floor.128.jsonl"));
  expect(() => floorIn({ directory })).toThrow(/is not the floor of lease orders of store store/u);
});

test("a damaged line says nothing, and the others all that they say", async () => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory }), 1);
  appendFileSync(join(directory, "orders.floor.64.jsonl"), '\n{"published":99}\n');
  const floor = floorIn({ directory });
  expect([floor.issued, floor.shown, floor.waitMs]).toEqual([1, 1, 15_000]);
});

test("what another boot has reserved is used up: its block stays open, and nothing is reserved again below it", async () => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory, bootId: "an earlier one" }), 1);
  const counts = counted();
  const floor = floorIn({ directory, ...counts.calls });
  expect(counts.open.size).toBe(1);
  expect(await issue(floor, 64)).toBe(false);
  expect(blocks(directory)).toEqual(["orders.floor.64.jsonl"]);
  expect(await issue(floor, 65)).toBe(true);
});

test("the block in use is kept to its last epoch, and what is removed is not looked for", async () => {
  const directory = temporaryFolder();
  const counts = counted();
  const floor = floorIn({ directory, ...counts.calls });
  for (const epoch of [1, 63, 64]) await issue(floor, epoch);
  expect(blocks(directory)).toEqual(["orders.floor.64.jsonl"]);
  await issue(floor, 65);
  expect(blocks(directory)).toEqual(["orders.floor.128.jsonl"]);
  const { opened } = counts;
  await issue(floor, 66);
  expect(counts.opened).toBe(opened);
});

test("an epoch that another published meanwhile is not to be had, also where the blocks before its own could not be removed", async () => {
  const directory = temporaryFolder();
  const idle = floorIn({ directory });
  expect(await issue(idle, 1)).toBe(true);
  const busy = floorIn({ directory, unlink: () => Promise.reject(new Error("EACCES")) });
  expect(await issue(busy, 2)).toBe(true);
  const isHad = (epoch: number): Promise<boolean> => idle.intend(record("orders", epoch), () => {});
  expect(await isHad(2)).toBe(false);
  expect(await issue(busy, 70)).toBe(true);
  expect(await isHad(50)).toBe(false);
  expect(await isHad(70)).toBe(false);
  expect(await isHad(71)).toBe(true);
  rmSync(directory, { recursive: true });
  expect(await isHad(71)).toBe(true);
});

test("what another published while this one waited for the disk is not to be had", async () => {
  const directory = temporaryFolder();
  expect(await issue(floorIn({ directory }), 1)).toBe(true);
  const other = floorIn({ directory });
  let isSyncing = (): void => {};
  const syncing = new Promise<void>((resolve) => void (isSyncing = resolve));
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => void (goOn = resolve));
  const slow = floorIn({ directory, sync: (fd) => (isSyncing(), held.then(() => systemFiles.sync(fd))) });
  const late = slow.intend(record("orders", 2), () => {});
  await syncing;
  expect(await issue(other, 2)).toBe(true);
  goOn();
  expect(await late).toBe(false);
});

test("a new block calls published what was noted so, not what was seen: the power may take a line that nobody has synced", async () => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory, bootId: "an earlier one" }), 1);
  const next = floorIn({ directory });
  next.see(record("orders", 2));
  expect(next.shown).toBe(2);
  await next.intend(record("orders", 65), () => {});
  const after = floorIn({ directory, bootId: "a later one" });
  expect([after.shown, after.issued]).toEqual([1, 128]);
});

test("a new block knows the longest lease of those before it", async () => {
  const directory = temporaryFolder();
  const floor = floorIn({ directory });
  await floor.intend(record("orders", 1, { leaseDurationMs: 60_000 }), () => {});
  await issue(floor, 65);
  expect(blocks(directory)).toEqual(["orders.floor.128.jsonl"]);
  expect(floorIn({ directory }).waitMs).toBe(60_000);
});

test("a block that could only be read is opened anew when it can be written again", async () => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory }), 1);
  let isReadOnly = true;
  const open: FileSystem["open"] = (path, flags) => {
    if (isReadOnly && (flags & 2) !== 0) throw Object.assign(new Error("read-only"), { code: "EROFS" });
    return systemFiles.open(path, flags);
  };
  const floor = floorIn({ directory, open });
  isReadOnly = false;
  expect(await issue(floor, 2)).toBe(true);
  expect(floorIn({ directory }).shown).toBe(2);
});

test("a line that was written in part is an error", async () => {
  const directory = temporaryFolder();
  await issue(floorIn({ directory }), 1);
  const floor = floorIn({ directory, appendNow: (fd, bytes) => systemFiles.appendNow(fd, bytes.subarray(0, 7)) });
  await expect(issue(floor, 2)).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
});

test("where nothing was issued yet there is nothing to make sure of, and after the end nothing to note", async () => {
  const directory = join(temporaryFolder(), "absent");
  const floor = floorIn({ directory });
  await floor.rehearse();
  expect(existsSync(directory)).toBe(false);
  await issue(floor, 1);
  floor.close();
  floor.confirm(record("orders", 1));
});
