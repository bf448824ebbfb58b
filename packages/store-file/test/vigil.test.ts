import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemFiles, type FileSystem } from "../src/index.ts";
import { startChild } from "./processes.ts";
import { open, temporaryFolder, temporaryFolders } from "./support.ts";

describe("P1 a holder's death is told by the kernel", () => {
  for (const [what, depth] of [
    ["", 0],
    [" in a folder whose path is longer than a socket's address, as is the name of the lease", 12],
  ] as const) {
    test(`to those who wait, when it is killed${what}; not while it is stopped`, async () => {
      const name = depth === 0 ? "orders" : "o".repeat(128);
      const root = join(temporaryFolder(), ...Array.from({ length: depth }, () => "a-long-name-of-a-folder"));
      const folders = { directory: join(root, "state"), floorDirectory: join(root, "floor") };
      const holder = startChild("keeps.mjs", [JSON.stringify(folders), name, "1"]);
      expect(await holder.next()).toEqual({ ready: true });
      const store = await open(folders);
      let told = 0;
      const ended = new Promise<void>((resolve) => {
        store.vigil.attend(name, 1, () => {
          told += 1;
          resolve();
        });
      });
      holder.process.kill("SIGSTOP");
      // Connecting is answered by the kernel, also for a stopped holder: a later one hears nothing either.
      const stop = store.vigil.attend(name, 1, () => (told += 10));
      // One that nobody keeps is told as ended by now, and so would these be.
      await new Promise<void>((resolve) => void store.vigil.attend(name, 2, resolve));
      expect(told).toBe(0);
      stop();
      holder.process.kill("SIGKILL");
      await ended;
      expect(told).toBe(1);
    });
  }

  test("in a folder with a long path that was removed and made again, the next term's is where it belongs", async () => {
    const root = join(temporaryFolder(), ...Array.from({ length: 6 }, () => "a-long-name-of-a-folder"));
    const folders = { directory: join(root, "state"), floorDirectory: join(root, "floor") };
    const store = await open(folders);
    await (await store.vigil.keep("orders", 1)).close();
    rmSync(folders.directory, { recursive: true });
    mkdirSync(folders.directory);
    await store.vigil.keep("orders", 2);
    expect(readdirSync(folders.directory).filter((file) => file.endsWith(".sock"))).toEqual(["orders.2.sock"]);
  });

  test("to nobody where no descriptor is left to look for it: whoever waits is told that there is none, and goes on", async () => {
    const root = join(temporaryFolder(), ...Array.from({ length: 6 }, () => "a-long-name-of-a-folder"));
    const folders = { directory: join(root, "state"), floorDirectory: join(root, "floor") };
    let isExhausted = false;
    const fileSystem: FileSystem = {
      ...systemFiles,
      open: (path, flags) => {
        if (isExhausted) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
        return systemFiles.open(path, flags);
      },
    };
    const store = await open({ ...folders, fileSystem });
    isExhausted = true;
    await new Promise<void>((resolve) => void store.vigil.attend("orders", 1, resolve));
  });

  test("what a killed keeper left is removed by the next one; a living one of the same term is let be", async () => {
    const folders = temporaryFolders();
    const holder = startChild("keeps.mjs", [JSON.stringify(folders), "orders", "1"]);
    await holder.next();
    const store = await open(folders);
    const beside = await store.vigil.keep("orders", 1);
    await beside.close();
    expect(existsSync(join(folders.directory, "orders.1.sock"))).toBe(true);
    holder.process.kill("SIGKILL");
    await holder.all();
    const next = await store.vigil.keep("orders", 2);
    expect(readdirSync(folders.directory).filter((file) => file.endsWith(".sock"))).toEqual(["orders.2.sock"]);
    await next.close();
    expect(readdirSync(folders.directory).filter((file) => file.endsWith(".sock"))).toEqual([]);
  });

  test("what connects and talks is neither answered nor kept in memory, and does no harm", async () => {
    const folders = temporaryFolders();
    const store = await open(folders);
    const kept = await store.vigil.keep("orders", 1);
    const socket = connect(join(folders.directory, "orders.1.sock"));
    const answers: Buffer[] = [];
    socket.on("data", (bytes) => answers.push(bytes)).on("error", () => {});
    await new Promise<void>((resolve) => void socket.write(Buffer.alloc(4 * 1024 * 1024), () => resolve()));
    const ended = new Promise<void>((resolve) => void store.vigil.attend("orders", 1, resolve));
    await kept.close();
    await ended;
    expect(answers).toEqual([]);
    socket.destroy();
  });
});
