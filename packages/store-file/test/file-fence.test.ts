import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fileFence, systemFiles } from "../src/index.ts";
import type { FileFence, FileSystem } from "../src/index.ts";
import { encodeLine } from "../src/line.ts";
import { startChild } from "./processes.ts";
import { temporaryFolder } from "./support.ts";

const key = { storeId: "store", name: "orders" };

function fence(path = join(temporaryFolder(), "orders.fence")): FileFence {
  const made = fileFence({ path });
  onTestFinished(() => made.close());
  return made;
}

describe("a file fence", () => {
  test("only rises, in every process, and outlives them", async () => {
    const one = fence();
    const other = fence(one.path);
    expect(await one.load(key)).toBe(0);
    expect(await one.raise(key, 3)).toBe(3);
    expect(await other.raise(key, 2)).toBe(3);
    expect(await other.raise(key, 5)).toBe(5);
    expect(await one.load(key)).toBe(5);
    expect(await fence(one.path).load(key)).toBe(5);
  });

  test("keeps leases and stores apart", async () => {
    const one = fence();
    await one.raise(key, 7);
    expect(await one.load({ ...key, name: "bills" })).toBe(0);
    expect(await one.load({ ...key, storeId: "other" })).toBe(0);
  });

  test("many raise it at once: the highest stands", async () => {
    const { path } = fence();
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => fence(path).raise(key, index + 1)));
    expect(await fence(path).load(key)).toBe(20);
    expect(results.every((highest, index) => highest > index)).toBe(true);
  });

  test("what was seen once stays fenced off when the file is lost", async () => {
    const one = fence();
    await one.raise(key, 4);
    rmSync(one.path);
    expect(await one.load(key)).toBe(4);
    expect(await one.raise(key, 2)).toBe(4);
    expect(await fence(one.path).load(key)).toBe(4);
  });

  test("one that was cut, and has grown again beyond where a process had read, is read anew", async () => {
    const one = fence();
    await one.raise(key, 4);
    truncateSync(one.path, statSync(one.path).size - 10);
    await fence(one.path).raise(key, 6);
    await fence(one.path).raise({ ...key, name: "bills" }, 1);
    expect(await one.load(key)).toBe(6);
    await expect(one.append(key, 4, "late")).rejects.toMatchObject({ code: "EFENCED" });
  });

  test("a torn line is ended by the next writer; a file that is no fence is not written to", async () => {
    const one = fence();
    await one.raise(key, 4);
    appendFileSync(one.path, '{"v":1,"ep');
    expect(await fence(one.path).raise(key, 6)).toBe(6);
    expect(await one.load(key)).toBe(6);
    writeFileSync(one.path, "my diary\n");
    await expect(fence(one.path).raise(key, 9)).rejects.toMatchObject({ code: "ESTATECORRUPT" });
    expect(readFileSync(one.path, "utf8")).toBe("my diary\n");
  });

  test("P3 I3 a leader that was stopped between its check and its write is shut out by its successor's raise", async () => {
    const log = fence();
    const child = startChild("fenced.mjs", [log.path]);
    expect(await child.next()).toEqual({ checked: true });
    await expect
      .poll(() => readFileSync(`/proc/${child.process.pid}/stat`, "utf8"), { timeout: 20_000 })
      .toMatch(/\) T /u);
    await log.raise(key, 2);
    await log.append(key, 2, "written by the successor");
    child.process.kill("SIGCONT");
    const said = await child.all();
    expect(said.slice(1)).toEqual([{ code: "EFENCED" }, { code: "EFENCED" }]);
    expect(await log.entries(key)).toEqual([
      { epoch: 1, text: "written in office" },
      { epoch: 2, text: "written by the successor" },
    ]);
  });
});

describe("a fence whose file goes wrong", () => {
  /** A fence that was raised to 5, on files of which some calls are others from now on. */
  async function raised(): Promise<{
    readonly fence: FileFence;
    readonly files: { -readonly [Call in keyof FileSystem]: FileSystem[Call] };
  }> {
    const files = { ...systemFiles };
    const made = fileFence({ path: join(temporaryFolder(), "orders.fence"), fileSystem: files });
    onTestFinished(() => made.close());
    await made.raise(key, 5);
    return { fence: made, files };
  }

  test("what comes under a lower epoch has no effect, and its writer is told", async () => {
    const { fence: one } = await raised();
    await one.append(key, 5, "in time");
    await expect(one.append(key, 3, "late")).rejects.toMatchObject({ code: "EFENCED", message: /epoch 5 was here/u });
    expect(await one.entries(key)).toEqual([{ epoch: 5, text: "in time" }]);
  });

  test("grows for as long as it is kept: what has become large is read as before, and shuts out as before", async () => {
    const { fence: one } = await raised();
    const text = "x".repeat(15 * 1024 * 1024);
    for (const epoch of [5, 5, 6, 6, 7]) await one.append(key, epoch, text);
    const another = fileFence({ path: one.path });
    onTestFinished(() => another.close());
    expect(await another.load(key)).toBe(7);
    await expect(another.append(key, 6, "late")).rejects.toMatchObject({ code: "EFENCED" });
    await another.append(key, 7, "in time");
    const epochs = (await another.entries(key)).map((entry) => [entry.epoch, entry.text.length]);
    expect(epochs).toEqual([5, 5, 6, 6, 7].map((epoch) => [epoch, text.length]).concat([[7, 7]]));
    await expect(one.append(key, 7, `${text}${text}`)).rejects.toMatchObject({ code: "EUSAGE" });
  }, 60_000);

  test("a line that was written only in part is refused", async () => {
    const { fence: one, files } = await raised();
    files.append = (fd, bytes) => systemFiles.append(fd, bytes.subarray(1));
    await expect(one.append(key, 6, "half")).rejects.toThrow(/append to/u);
    files.append = (fd, bytes) => systemFiles.append(fd, bytes);
    await one.append(key, 6, "whole");
    expect(await one.entries(key)).toEqual([{ epoch: 6, text: "whole" }]);
    expect(await one.entries({ ...key, name: "bills" })).toEqual([]);
  });

  test("a text that was changed by hand is not told as what was admitted", async () => {
    const { fence: one } = await raised();
    await one.append(key, 6, "whole");
    writeFileSync(one.path, readFileSync(one.path, "utf8").replace("whole", "WHOLE"));
    await expect(one.entries(key)).rejects.toMatchObject({ code: "ESTATECORRUPT", message: /was changed/u });
    rmSync(one.path);
    expect(await one.entries(key)).toEqual([]);
  });

  test("one that is replaced while it is written to admits nothing, and one that goes at once says so", async () => {
    const { fence: one, files } = await raised();
    files.datasync = async (fd) => {
      await systemFiles.datasync(fd);
      rmSync(one.path, { force: true });
    };
    await expect(one.append(key, 6, "work")).rejects.toThrow(/was replaced while it was written to/u);
    files.link = async (from, to) => {
      await systemFiles.link(from, to);
      rmSync(to);
    };
    await expect(one.append(key, 6, "work")).rejects.toThrow(/was removed while it was written to/u);
  });

  test("of a newer format it is refused with what to do", async () => {
    const { fence: one } = await raised();
    writeFileSync(one.path, encodeLine({ v: 2, fence: true }).text);
    await expect(fence(one.path).raise(key, 6)).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
  });
});
