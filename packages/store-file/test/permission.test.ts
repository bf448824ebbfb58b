import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getuid } from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFileStore, systemFiles } from "../src/index.ts";
import { startChild } from "./processes.ts";
import { acquire, open, temporaryFolder, temporaryFolders } from "./support.ts";

const NOBODY = "65534";

describe("F5 folders and files that are not this user's alone", () => {
  test("another user is refused, told why, and changes nothing", async (context) => {
    context.skip(getuid?.() !== 0, "needs root");
    const place = mkdtempSync(join(tmpdir(), "tenure-store-"));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
    chmodSync(place, 0o755);
    const folders = { directory: join(place, "state"), floorDirectory: join(place, "floor") };
    const store = await open(folders);
    await acquire(store, "orders");
    await store.close();
    const before = readdirSync(folders.directory);
    const child = startChild("leads.mjs", [JSON.stringify(folders), "orders", "1", NOBODY]);
    expect(await child.all()).toMatchObject([
      { code: "EPERMISSION", message: expect.stringContaining(folders.directory) },
    ]);
    expect(readdirSync(folders.directory)).toEqual(before);
    // Nor does it make a folder where it may not.
    const elsewhere = { directory: join(place, "new"), floorDirectory: join(place, "new-floor") };
    const second = startChild("leads.mjs", [JSON.stringify(elsewhere), "orders", "1", NOBODY]);
    expect(await second.all()).toMatchObject([{ code: "EPERMISSION" }]);
    expect(existsSync(elsewhere.directory)).toBe(false);
  });

  test("a folder of another user is refused, also for root", async (context) => {
    context.skip(getuid?.() !== 0, "needs root");
    const folders = temporaryFolders();
    mkdirSync(folders.directory, { mode: 0o700 });
    chownSync(folders.directory, 65_534, 65_534);
    await expect(openFileStore(folders)).rejects.toMatchObject({
      code: "EPERMISSION",
      message: expect.stringContaining("user 65534"),
    });
    const store = await open({ ...folders, insecureDirectory: true });
    expect((await acquire(store, "orders")).record?.epoch).toBe(1);
  });

  for (const mode of [0o770, 0o707, 0o777, 0o1777]) {
    test(`a folder of mode ${mode.toString(8)} is refused`, async () => {
      const folders = temporaryFolders();
      mkdirSync(folders.directory);
      chmodSync(folders.directory, mode);
      await expect(openFileStore(folders)).rejects.toMatchObject({
        code: "EPERMISSION",
        message: expect.stringContaining("chmod 700"),
      });
    });
  }

  test("a folder in one where others may replace it is refused; in a sticky one it is not", async () => {
    const parent = temporaryFolder();
    const folders = { directory: join(parent, "state"), floorDirectory: join(temporaryFolder(), "floor") };
    chmodSync(parent, 0o777);
    await expect(openFileStore(folders)).rejects.toMatchObject({
      code: "EPERMISSION",
      message: expect.stringContaining(parent),
    });
    chmodSync(parent, 0o1777);
    await open(folders);
  });

  test("a journal that others may write to is refused", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    await store.close();
    chmodSync(join(folders.directory, "orders.journal.jsonl"), 0o666);
    await expect((await open(folders)).read("orders")).rejects.toMatchObject({
      code: "EPERMISSION",
      message: expect.stringContaining("chmod 600"),
    });
  });

  test("whatever the umask, files are for their owner alone", async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders");
    const kept = await store.vigil.keep("orders", 1);
    await store.close();
    await kept.close();
    for (const directory of [folders.directory, folders.floorDirectory]) {
      expect(statSync(directory).mode & 0o777).toBe(0o700);
      for (const file of readdirSync(directory))
        expect([file, statSync(join(directory, file)).mode & 0o077]).toEqual([file, 0]);
    }
  });
});

describe("F12 what is no file where a file belongs", () => {
  const places = {
    "the journal": "state/orders.journal.jsonl",
    "the name of the store": "state/store.id",
    "the copy of its name": "floor/store.id",
    "the floor": "floor/orders.floor.64.jsonl",
  };
  const impostors: Record<string, (path: string) => void> = {
    "a link": (path) => symlinkSync(victimOf(path), path),
    "a dangling link": (path) => symlinkSync(`${path}.nowhere`, path),
    "a FIFO": (path) => void spawnSync("mkfifo", [path]),
    "a folder": (path) => mkdirSync(path),
    "a device": (path) => symlinkSync("/dev/zero", path),
  };
  for (const [where, relative] of Object.entries(places)) {
    for (const [what, put] of Object.entries(impostors)) {
      test(`${what} at ${where} is refused at once, and not written through`, async () => {
        const root = temporaryFolder();
        for (const folder of ["state", "floor"]) mkdirSync(join(root, folder), { mode: 0o700 });
        const path = join(root, relative);
        writeFileSync(victimOf(path), "precious");
        put(path);
        const attempt = async (): Promise<unknown> => {
          const store = await open({ directory: join(root, "state"), floorDirectory: join(root, "floor") });
          return await acquire(store, "orders");
        };
        await expect(attempt()).rejects.toMatchObject({ code: "EPERMISSION", message: expect.stringContaining(path) });
        expect(readFileSync(victimOf(path), "utf8")).toBe("precious");
      });
    }
  }

  test("a link in place of the state folder is refused", async () => {
    const folders = temporaryFolders();
    mkdirSync(`${folders.directory}-real`, { mode: 0o700 });
    symlinkSync(`${folders.directory}-real`, folders.directory);
    await expect(openFileStore(folders)).rejects.toMatchObject({
      code: "EPERMISSION",
      message: expect.stringContaining("symbolic link"),
    });
    expect(readdirSync(`${folders.directory}-real`)).toEqual([]);
  });

  test("a link at the mirror is told and not written through; the lease goes on", async () => {
    const folders = temporaryFolders();
    const told: string[] = [];
    const store = await open({ ...folders, onMirrorError: (name, error) => told.push(`${name}: ${String(error)}`) });
    const victim = join(folders.directory, "..", "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, join(folders.directory, "orders.json"));
    expect((await acquire(store, "orders")).record?.epoch).toBe(1);
    await store.close();
    expect(told.join()).toMatch(/^orders: .*orders\.json is a symbolic link/u);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  test("a file at the socket's place is removed, if it is a socket nobody listens on; anything else is refused", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const path = join(folders.directory, "orders.1.sock");
    writeFileSync(path, "precious");
    await expect(store.vigil.keep("orders", 1)).rejects.toMatchObject({
      code: "EPERMISSION",
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path, "utf8")).toBe("precious");
    rmSync(path);
    const other = createServer().listen(path);
    await new Promise((resolve) => other.once("listening", resolve));
    await (await store.vigil.keep("orders", 1)).close();
    expect(existsSync(path)).toBe(true);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("F15 F16 file systems that are not this machine's alone", () => {
  test("a network file system is refused with its name, unless it is allowed", async () => {
    for (const [type, name] of [
      [0x6969, "nfs"],
      [0xff534d42, "cifs"],
      [0xfe534d42, "smb2"],
      [0x65735546, "fuse"],
      [0x6b414653, "kafs"],
      [0x19830326, "beegfs"],
    ] as const) {
      const fileSystem = { ...systemFiles, type: () => type };
      const folders = temporaryFolders();
      await expect(openFileStore({ ...folders, fileSystem })).rejects.toMatchObject({
        code: "EFSUNSUPPORTED",
        message: expect.stringContaining(name),
      });
      const store = await open({ ...folders, fileSystem, allowNetworkFilesystem: true });
      expect((await store.probe()).warnings.join()).toContain(`is on ${name}`);
    }
  });

  test("one that nobody knows is accepted with a warning", async () => {
    const store = await open({ ...temporaryFolders(), fileSystem: { ...systemFiles, type: () => 0x1234567 } });
    expect((await store.probe()).warnings.join()).toMatch(/does not know \(type 0x1234567\)/u);
  });

  test("an empty name is no folder", async () => {
    await expect(openFileStore({ directory: "" })).rejects.toMatchObject({ code: "ECONFIG" });
  });

  test("a container's overlay is accepted with a warning", async () => {
    const fileSystem = { ...systemFiles, type: () => 0x794c7630 };
    const store = await open({ ...temporaryFolders(), fileSystem });
    const { facts, warnings } = await store.probe();
    expect(facts["filesystem"]).toBe("overlay");
    expect(warnings.join()).toContain("use a volume");
  });
});

function victimOf(path: string): string {
  return join(path, "..", "..", "victim");
}
