import { once } from "node:events";
import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { FakeClock } from "@tenure/core/testing";
import { describe, expect, test } from "vitest";
import { DirectoryWatch } from "../src/directory-watch.ts";
import { defaultFloorDirectory } from "../src/directory.ts";
import { kindOf } from "../src/file-system.ts";
import { systemFiles } from "../src/index.ts";
import type { FileFacts, FileSystem } from "../src/index.ts";
import { storeIdInJournals } from "../src/journal-entries.ts";
import { layout, parseSegment } from "../src/layout.ts";
import { encodeLine } from "../src/line.ts";
import { Mirror } from "../src/mirror.ts";
import { openOwnFile } from "../src/open-file.ts";
import { sweep } from "../src/sweep.ts";
import { SocketVigil } from "../src/vigil.ts";
import { acquire, open, temporaryFolder, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

type Calls = Partial<FileSystem>;
const opened = (folders: Folders, calls: Calls): ReturnType<typeof open> =>
  open({ ...folders, fileSystem: { ...systemFiles, ...calls } });
const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

describe("a state folder that is made", () => {
  test("and is gone again at once", async () => {
    const makeDirectory = async (path: string): Promise<void> => {
      await systemFiles.makeDirectory(path);
      rmdirSync(path);
    };
    await expect(opened(temporaryFolders(), { makeDirectory })).rejects.toThrow(/was removed while it was opened/u);
  });

  test("or cannot be: that is said", async () => {
    const makeDirectory = (): Promise<void> => Promise.reject(failure("EACCES"));
    await expect(opened(temporaryFolders(), { makeDirectory })).rejects.toThrow(/create the folder/u);
  });

  test("and is emptied while it is opened", async () => {
    const link = async (from: string, to: string): Promise<void> => {
      await systemFiles.link(from, to);
      rmSync(to);
    };
    await expect(opened(temporaryFolders(), { link })).rejects.toThrow(/was emptied while it was opened/u);
  });

  test("under a folder of somebody else's, who could replace it, is refused", async () => {
    const folders = temporaryFolders();
    const above = dirname(folders.directory);
    const lstat: FileSystem["lstat"] = (path) => {
      const found = systemFiles.lstat(path);
      return path === above && found ? { ...found, uid: 4_242 } : found;
    };
    await expect(opened(folders, { lstat })).rejects.toThrow(/which belongs to user 4242/u);
  });

  test("where a system knows no users is opened all the same", async () => {
    expect((await acquire(await opened(temporaryFolders(), { user: () => undefined }), "orders")).record?.epoch).toBe(
      1,
    );
  });

  test("its floor lies below the home of its user where XDG_STATE_HOME says nothing, or no path", () => {
    const expected = "/home/u/.local/state/tenure-floors/state-d";
    expect(defaultFloorDirectory("/srv/state", {}, "/home/u", "d")).toBe(expected);
    expect(defaultFloorDirectory("/srv/state", { XDG_STATE_HOME: "relative" }, "/home/u", "d")).toBe(expected);
  });

  test("a probe tells an unknown file system by its number, and what a reboot takes or others may look into", async () => {
    const folders = temporaryFolders();
    expect((await (await opened(folders, { type: () => 0x1234 })).probe()).facts["filesystem"]).toBe("0x1234");
    chmodSync(folders.directory, 0o755);
    const { warnings } = await (await opened(folders, { type: () => 0x01021994 })).probe();
    expect(warnings).toEqual([/is on tmpfs/u, /is on tmpfs/u, /mode 0755/u]);
  });

  test("a probe of one that is removed meanwhile says nothing of its mode", async () => {
    const folders = temporaryFolders();
    let gone = false;
    const lstat: FileSystem["lstat"] = (path) => (gone ? undefined : systemFiles.lstat(path));
    const store = await opened(folders, { lstat });
    gone = true;
    expect((await store.probe()).facts["mode"]).toBe("00");
  });
});

describe("whose folder it is", () => {
  test("a floor that holds another store's name is refused", async () => {
    const [one, other] = [temporaryFolders(), temporaryFolders()];
    for (const folders of [one, other]) await open(folders);
    copyFileSync(join(other.floorDirectory, "store.id"), join(one.floorDirectory, "store.id"));
    await expect(open(one)).rejects.toMatchObject({ code: "ECONFIG", message: /but the floor in .* is of store/u });
  });

  test("one of a newer format is refused with what to do", async () => {
    const folders = temporaryFolders();
    await open(folders);
    writeFileSync(join(folders.directory, "store.id"), encodeLine({ v: 2, storeId: "s", floorDirectory: "/f" }).text);
    await expect(open(folders)).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
  });

  test("is not told by journals that vanish, or are none", () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, "orders.journal.jsonl"), "garbage\n");
    const list = (): string[] => ["gone.journal.jsonl", "orders.journal.jsonl", "orders.journal.000001.jsonl"];
    expect(storeIdInJournals({ ...systemFiles, list }, directory)).toBeNull();
    expect(parseSegment("orders.journal.000001.jsonl")).toBeNull();
  });

  test("a file of somebody else's is refused, and one that is closed is not lent out", () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "text", { mode: 0o600 });
    const fstat: FileSystem["fstat"] = (fd) => ({ ...systemFiles.fstat(fd), uid: 4_242 });
    expect(() => openOwnFile({ ...systemFiles, fstat }, path, "read")).toThrow(/belongs to user 4242/u);
    const file = openOwnFile(systemFiles, path, "read");
    expect(file?.read(0, 10).toString()).toBe("text");
    file?.release();
    expect(() => file?.retain()).toThrow(/is closed/u);
  });

  test("a file that is written only in part does not get its name", async () => {
    const folders = temporaryFolders();
    let short = false;
    const append: FileSystem["append"] = (fd, bytes) => systemFiles.append(fd, short ? bytes.subarray(1) : bytes);
    const store = await opened(folders, { append });
    short = true;
    await expect(acquire(store, "orders")).rejects.toThrow(/create /u);
    short = false;
    expect((await acquire(store, "orders")).record?.epoch).toBeGreaterThan(0);
  });

  test("what stands in a file's place is called by its name", () => {
    const at = (mode: number): FileFacts => ({ dev: 1n, ino: 1n, uid: 0, mode, size: 0, mtimeMs: 0 });
    const { S_IFBLK, S_IFCHR, S_IFSOCK } = constants;
    expect([S_IFSOCK, S_IFBLK, S_IFCHR, 0].map((mode) => kindOf(at(mode)))).toEqual([
      "a socket",
      "a device",
      "a device",
      "no file",
    ]);
  });
});

describe("what is watched", () => {
  test("of a folder that is not there is polled, until it is", async () => {
    const clock = new FakeClock();
    const directory = join(temporaryFolder(), "later");
    const watch = new DirectoryWatch(directory, clock);
    let told = 0;
    const stop = watch.subscribe("orders", () => (told += 1));
    await clock.time.advance(2_000);
    expect(told).toBe(2);
    mkdirSync(directory);
    await clock.time.advance(1_000);
    const heard = new Promise<void>((resolve) => {
      const leave = watch.subscribe("orders", () => resolve(leave()));
    });
    writeFileSync(join(directory, "orders.journal.jsonl"), "");
    await heard;
    stop();
    watch.close();
  });

  test("and is left: the next poll ends the watch, and whoever comes later has a new one", async () => {
    const clock = new FakeClock();
    const directory = temporaryFolder();
    const watch = new DirectoryWatch(directory, clock);
    let told = 0;
    watch.subscribe("orders", () => (told += 1))();
    await clock.time.advance(3_000);
    expect(told).toBe(0);
    const heard = new Promise<void>((resolve) => watch.subscribe("orders", resolve));
    writeFileSync(join(directory, "orders.journal.jsonl"), "");
    await heard;
    watch.close();
  });
});

describe("what others leave", () => {
  test("is left where it is: only what a killed process of ours left half-way is removed", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    await store.close();
    const old = new Date(Date.now() - 2 * 3_600_000);
    const put = (file: string): void => {
      writeFileSync(join(folders.directory, file), "");
      utimesSync(join(folders.directory, file), old, old);
    };
    const theirs = ["audit.json", "audit.json.1", "nginx.conf.new", "report.csv", "report.csv.part1.tmp"];
    const ours = [
      "orders.journal.jsonl.tenure-a1.tmp",
      "orders.journal.000002.jsonl.tenure-a1.tmp",
      "orders.sighting.tenure-a1.new",
      "orders.json.123456",
    ];
    for (const file of [...theirs, ...ours]) put(file);
    await (await open(folders)).close();
    const left = readdirSync(folders.directory);
    expect(left).toEqual(expect.arrayContaining(theirs));
    expect(left.filter((file) => ours.includes(file))).toEqual([]);
  });

  test("litter that is gone by the time it is looked at is no concern", async () => {
    const unlinked: string[] = [];
    const unlink = (path: string): Promise<void> => Promise.resolve(void unlinked.push(path));
    await sweep(
      { ...systemFiles, list: () => [layout.segment("orders", 1), "orders.json.123"], unlink },
      [temporaryFolder()],
      Date.now(),
    );
    expect(unlinked).toEqual([]);
  });

  test("a mirror is never made of nothing", async () => {
    const written: string[] = [];
    const writer = {
      prepare: () => Promise.resolve(),
      write: (path: string) => Promise.resolve(void written.push(path)),
    };
    const mirror = new Mirror({
      files: systemFiles,
      directory: temporaryFolder(),
      storeId: "store",
      name: "orders",
      clock: new FakeClock(),
      mirrorWriter: writer,
      onError: (error) => expect(error).toBeUndefined(),
    });
    const nothing = { seq: 1, sum: "sum", revision: "1.sum", record: null, event: null, sealedInto: null, patches: 0 };
    mirror.show(nothing, true);
    await mirror.flush();
    expect(written).toEqual([]);
  });

  test("P1 the socket of a keeper that was killed is taken over; one that goes meanwhile is not waited for", async () => {
    const directory = temporaryFolder();
    const path = join(directory, layout.socket("orders", 7));
    const server = createServer().listen(`${path}.other`);
    await once(server, "listening");
    renameSync(`${path}.other`, path);
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    const gone = layout.socket("orders", 6);
    const vigil = new SocketVigil({ ...systemFiles, list: () => [gone] }, directory);
    let ended = false;
    const kept = await vigil.keep("orders", 7);
    const told = new Promise<void>((resolve) => void vigil.attend("orders", 7, () => resolve(void (ended = true))));
    expect(ended).toBe(false);
    await kept.close();
    await told;
    await vigil.close();
  });
});
