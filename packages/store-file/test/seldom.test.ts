import { appendFileSync, copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { claim, continuation, opening, seal } from "../src/chain.ts";
import type { Head } from "../src/chain.ts";
import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";
import { readSegment } from "../src/journal-entries.ts";
import { Journal } from "../src/journal.ts";
import { segmentPath } from "../src/layout.ts";
import { continueSealed, rotate } from "../src/rotate.ts";
import { acquire, event, open, record, renew, temporaryFolder, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const durable = { durable: true };
const free = { holderIdentity: null, holder: null };

function follow(directory: string, storeId: string, name = "orders", files: FileSystem = systemFiles): Journal {
  const journal = new Journal(files, directory, { storeId, name });
  onTestFinished(() => journal.close());
  return journal;
}

function headOf(journal: Journal): Head {
  const place = journal.look();
  if (place === null) throw new Error("a journal stands here");
  return place.position.head;
}

/** Files on which something happens right after the bytes that hold this text were appended. */
function filesThatThen(text: string, then: () => void): FileSystem {
  let happened = false;
  const appendNow: FileSystem["appendNow"] = (fd, bytes) => {
    const written = systemFiles.appendNow(fd, bytes);
    if (!happened && bytes.includes(text)) {
      happened = true;
      then();
    }
    return written;
  };
  return { ...systemFiles, appendNow };
}

describe("a takeover", () => {
  async function freed(): Promise<Folders & { readonly storeId: string; readonly path: string }> {
    const folders = temporaryFolders();
    const store = await open(folders);
    await acquire(store, "orders", free);
    return { ...folders, storeId: store.storeId, path: segmentPath(folders.directory, "orders", 1) };
  }

  async function takeOver(folders: Folders, fileSystem: FileSystem): Promise<string> {
    const store = await open({ ...folders, fileSystem });
    const before = await store.read("orders");
    const next = record("orders", before.epochFloor + 1);
    return (await store.compareAndSwap(before, next, event("lease.acquired", next), durable)).outcome;
  }

  test("that a rival's line comes before, after its epoch was noted, is a conflict", async () => {
    const { storeId, path, ...folders } = await freed();
    const rival = record("orders", 2);
    const files = filesThatThen('"intended"', () => {
      const head = headOf(follow(folders.directory, storeId));
      appendFileSync(path, claim(head, rival, event("lease.acquired", rival), true).text);
    });
    expect(await takeOver(folders, files)).toBe("conflict");
    expect((await (await open(folders)).read("orders")).record?.nonce).toBe(rival.nonce);
  });

  test("whose segment is sealed after its epoch was noted is a conflict", async () => {
    const { storeId, path, ...folders } = await freed();
    const files = filesThatThen('"intended"', () => {
      appendFileSync(path, seal(headOf(follow(folders.directory, storeId)), 2).text);
    });
    expect(await takeOver(folders, files)).toBe("conflict");
    expect((await acquire(await open(folders), "orders")).record?.epoch).toBe(3);
  });

  test("that took effect in a journal which was gone on with and lost at once is committed, since others saw it", async () => {
    const { storeId, path, ...folders } = await freed();
    const files = filesThatThen("lease.acquired", () => {
      appendFileSync(path, seal(headOf(follow(folders.directory, storeId)), 2).text);
      writeFileSync(segmentPath(folders.directory, "orders", 2), "", { mode: 0o600 });
    });
    expect(await takeOver(folders, files)).toBe("committed");
  });
});

describe("a journal", () => {
  async function begun(): Promise<{ readonly directory: string; readonly path: string; readonly storeId: string }> {
    const folders = temporaryFolders();
    const store = await open(folders);
    await renew(store, await acquire(store, "orders"));
    return { directory: folders.directory, path: segmentPath(folders.directory, "orders", 1), storeId: store.storeId };
  }

  test("whose torn end is cut away is whole again", async () => {
    const { directory, path, storeId } = await begun();
    const journal = follow(directory, storeId);
    const { length } = readFileSync(path);
    appendFileSync(path, "torn");
    expect(journal.look()?.torn).toBe(true);
    truncateSync(path, length);
    expect(journal.look()?.torn).toBe(false);
  });

  test("that was replaced is looked at, whatever the sync of the one before comes to", async () => {
    const { directory, path, storeId } = await begun();
    const datasync = (): Promise<void> => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }));
    const journal = follow(directory, storeId, "orders", { ...systemFiles, datasync });
    const file = journal.look()?.file.retain();
    if (file === undefined) throw new Error("a journal stands here");
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    const now = journal.look();
    await expect(journal.sync(file)).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    expect(journal.look()).toBe(now);
    file.release();
  });

  test("that is another file at every look is not looked at for ever", async () => {
    const { directory, path, storeId } = await begun();
    const lstat: FileSystem["lstat"] = (asked) => {
      const facts = systemFiles.lstat(asked);
      return asked === path && facts !== undefined ? { ...facts, ino: facts.ino + 1n } : facts;
    };
    const journal = follow(directory, storeId, "orders", { ...systemFiles, lstat });
    expect(() => journal.look()).toThrow(expect.objectContaining({ code: "ESTOREUNAVAILABLE" }));
  });

  test("that is small, not sealed, or not there is not gone on from; a segment that was removed has no lines", async () => {
    const { directory, path, storeId } = await begun();
    const before = readFileSync(path);
    const journal = follow(directory, storeId);
    const rotation = { journal, randomToken: () => "token", segmentBytes: 1, segmentsKept: 8 };
    await rotate(rotation, 1_000_000);
    const place = journal.look();
    if (place !== null) await continueSealed(rotation, place);
    await rotate({ ...rotation, journal: follow(directory, storeId, "bills") }, 0);
    expect(readFileSync(path)).toEqual(before);
    expect(readSegment(journal, 9)).toEqual([]);
  });

  test("that is sealed, with none after it yet, is gone on from", async () => {
    const { directory, storeId } = await begun();
    const journal = follow(directory, storeId);
    const place = journal.look();
    if (place === null) throw new Error("a journal stands here");
    await journal.append(place, seal(place.position.head, 2), false);
    await rotate({ journal, randomToken: () => "token", segmentBytes: 1, segmentsKept: 8 }, 1_000_000);
    expect(journal.look()?.segment).toBe(2);
  });

  test("that is sealed, and put back from an older copy while the next one is written, is not gone on from", async () => {
    const { directory, path, storeId } = await begun();
    const whole = readFileSync(path);
    let armed = false;
    const sync: FileSystem["sync"] = async (fd) => {
      await systemFiles.sync(fd);
      if (armed) writeFileSync(path, whole);
    };
    const journal = follow(directory, storeId, "orders", { ...systemFiles, sync });
    const place = journal.look();
    if (place === null) throw new Error("a journal stands here");
    await journal.append(place, seal(place.position.head, 2), false);
    armed = true;
    await rotate({ journal, randomToken: () => "token", segmentBytes: 1, segmentsKept: 8 }, 1_000_000);
    expect(journal.look()).toMatchObject({ segment: 1, position: { head: { sealedInto: null } } });
    expect(readSegment(journal, 2)).toEqual([]);
  });

  test("that is sealed while the next one is looked for is left for that one", async () => {
    const { directory, storeId } = await begun();
    const other = follow(directory, storeId);
    const sealed = seal(headOf(other), 2).sealed;
    const first = readFileSync(segmentPath(directory, "orders", 1), "utf8");
    const next = segmentPath(directory, "orders", 2);
    const lstat: FileSystem["lstat"] = (asked) => {
      if (asked === next && systemFiles.lstat(next) === undefined) {
        writeFileSync(segmentPath(directory, "orders", 1), `${first}${seal(headOf(other), 2).text}`);
        writeFileSync(next, continuation(storeId, sealed), { mode: 0o600 });
      }
      return systemFiles.lstat(asked);
    };
    expect(follow(directory, storeId, "orders", { ...systemFiles, lstat }).lookFurther()?.segment).toBe(2);
  });

  test("whose first line was taken away is named as nobody's", async () => {
    const { directory, path, storeId } = await begun();
    const [, ...rest] = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, rest.join("\n"));
    expect(() => follow(directory, storeId).look()).toThrow(/the journal of lease \? of store \?/u);
  });

  test("of long renewals is read from as far back as its record lies, and not taken for another lease's", () => {
    const directory = temporaryFolder();
    const begin = record("bills", 1);
    const lines = [opening("store", begin, event("lease.acquired", begin)).text];
    writeFileSync(segmentPath(directory, "bills", 1), lines.join(""), { mode: 0o600 });
    const journal = follow(directory, "store", "bills");
    for (let renewals = 1; renewals <= 40; renewals += 1) {
      const note = String(renewals).repeat(5_000);
      const next = { ...begin, renewals, nonce: `nonce-${renewals}`, note };
      const line = claim(headOf(journal), next, event("lease.renewed", next), false);
      appendFileSync(segmentPath(directory, "bills", 1), line.text);
    }
    expect(headOf(follow(directory, "store", "bills")).record).toMatchObject({ name: "bills", renewals: 40 });
    copyFileSync(segmentPath(directory, "bills", 1), segmentPath(directory, "orders", 1));
    expect(() => follow(directory, "store").look()).toThrow(/this is the journal of lease bills/u);
  });
});
