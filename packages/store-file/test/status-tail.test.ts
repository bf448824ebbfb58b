import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seal } from "../src/chain.ts";
import { listStatusTails, readStatusTail, systemFiles } from "../src/index.ts";
import { Journal } from "../src/journal.ts";
import { segmentPath } from "../src/layout.ts";
import { encodeLine } from "../src/line.ts";
import { acquire, open, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const boot = "00000000-0000-4000-8000-000000000001";

async function led(): Promise<Folders & { readonly storeId: string; readonly journal: string }> {
  const folders = temporaryFolders();
  const store = await open({ ...folders, bootId: boot });
  await acquire(store, "orders");
  await renew(store, await acquire(store, "orders"));
  const { storeId } = store;
  await store.close();
  return { ...folders, storeId, journal: segmentPath(folders.directory, "orders", 1) };
}

describe("a status from a few reads", () => {
  test("is the store's own", async () => {
    const { directory } = await led();
    expect(readStatusTail(directory, "orders", boot)).toMatchObject({ record: { epoch: 2, renewals: 1 } });
    expect(listStatusTails(directory)).toEqual(["orders"]);
  });

  test("passes over what never took effect", async () => {
    const { directory, journal } = await led();
    const [first = ""] = readFileSync(journal, "utf8").split("\n");
    appendFileSync(journal, `torn\n${first}\n`);
    expect(readStatusTail(directory, "orders", boot)).toMatchObject({ record: { epoch: 2, renewals: 1 } });
  });

  test("of another boot: all that it had reserved is used up", async () => {
    const { directory } = await led();
    expect(readStatusTail(directory, "orders", "another")).toMatchObject({ record: { epoch: 2 }, epochFloor: 64 });
  });

  test("names what is left where nobody can tell which store it is, and leaves its state to the store", async () => {
    const { directory } = await led();
    rmSync(join(directory, "store.id"));
    expect(listStatusTails(directory)).toEqual(["orders"]);
    writeFileSync(join(directory, "store.id"), encodeLine({ v: 2, storeId: "of a newer format" }).text);
    expect(listStatusTails(directory)).toEqual(["orders"]);
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
  });

  test("leaves a line of a newer format, and a gap, to the store, which says what is wrong", async () => {
    const { directory, storeId, journal } = await led();
    const whole = readFileSync(journal);
    appendFileSync(journal, encodeLine({ v: 2, seq: 3, prev: "" }).text);
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
    writeFileSync(journal, whole);
    const followed = new Journal(systemFiles, directory, { storeId, name: "orders" });
    const head = followed.look()?.position.head;
    followed.close();
    if (head === undefined) throw new Error("a lease was led here");
    appendFileSync(journal, seal({ ...head, seq: head.seq + 7 }, 2).text.trimEnd());
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
    appendFileSync(journal, "\n");
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
  });

  test.each([
    ["damaged", "orders", (first: string) => first.replace('"seq":1', '"seq":2')],
    ["of another lease", "bills", (first: string) => first],
  ])("leaves a journal whose first line is %s to the store, which refuses it", async (_, name, spoil) => {
    const { directory, journal } = await led();
    const [first = "", ...rest] = readFileSync(journal, "utf8").split("\n");
    writeFileSync(segmentPath(directory, name, 1), [spoil(first), ...rest].join("\n"), { mode: 0o600 });
    expect(readStatusTail(directory, name, boot)).toBeUndefined();
  });

  test("leaves a journal that begins without a record to the store", async () => {
    const { directory, storeId, journal } = await led();
    writeFileSync(journal, encodeLine({ v: 1, seq: 1, prev: "", storeId, name: "orders" }).text);
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
  });

  test("reads no folder for a file", async () => {
    const { directory, journal } = await led();
    rmSync(journal);
    mkdirSync(journal);
    expect(readStatusTail(directory, "orders", boot)).toBeUndefined();
  });
});
