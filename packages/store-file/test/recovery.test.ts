import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import type { Sighting, Snapshot } from "@tenure/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileFence, fileSightings, openFileStore, readStatusTail } from "../src/index.ts";
import type { FileStore } from "../src/index.ts";
import { damages, spoil } from "./spoil.ts";
import { acquire, renew, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const bootId = "the boot";
/** More for a hunt: TENURE_FUZZ_RUNS=20000. A seed is printed when one fails. */
const numRuns = Number(process.env["TENURE_FUZZ_RUNS"] ?? 150);
/** A loaded machine does fewer, and does not fail for it. */
const settings = { numRuns, interruptAfterTimeLimit: Math.max(2_000, numRuns * 20) };

/** A real store, whose files can be put back and spoiled again and again. */
interface Original {
  readonly folders: Folders;
  /** By path. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Every record that was ever in effect, by nonce. */
  readonly nonces: ReadonlySet<string>;
  readonly epoch: number;
}

async function writeOriginal(segmentBytes: number): Promise<Original> {
  const folders = temporaryFolders();
  const nonces = new Set<string>();
  const store = await openFileStore({ ...folders, bootId, segmentBytes });
  let epoch = 0;
  for (let term = 0; term < 4; term += 1) {
    let held = await acquire(store, "orders");
    epoch = held.record?.epoch ?? 0;
    for (let renewals = 0; renewals <= 14; renewals += 1) {
      nonces.add(held.record?.nonce ?? "");
      held = await renew(store, held);
    }
    nonces.add(held.record?.nonce ?? "");
  }
  await store.close();
  const files = new Map(
    Object.values(folders).flatMap((folder: string) =>
      readdirSync(folder).map((file) => [join(folder, file), readFileSync(join(folder, file))] as const),
    ),
  );
  return { folders, files, nonces, epoch };
}

function putBack({ folders, files }: Original): void {
  for (const folder of Object.values(folders) as string[]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
  }
  for (const [path, bytes] of files) writeFileSync(path, bytes, { mode: 0o600 });
}

/** Does it on the store; `null` when the store refuses, saying that its state is damaged and what to do. */
async function unlessRefused<T>(original: Original, act: (store: FileStore) => Promise<T>): Promise<T | null> {
  let store: FileStore | undefined;
  try {
    store = await openFileStore({ ...original.folders, bootId });
    return await act(store);
  } catch (error) {
    if (!(error instanceof LeaseError)) throw error;
    expect(error).toMatchObject({ code: "ESTATECORRUPT", message: expect.stringContaining("Nothing was overwritten") });
    return null;
  } finally {
    await store?.close();
  }
}

/** As a candidate does: again when somebody else came first. That may be a line which only its line feed was cut off from. */
async function lead(store: FileStore): Promise<Snapshot> {
  return await acquire(store, "orders").catch(() => acquire(store, "orders"));
}

const journalOf = (path: string): boolean => path.includes(".journal.");

describe("a journal with anything cut, flipped, put in, repeated or taken out", () => {
  test.each([
    ["of one segment", 4 * 1024 * 1024],
    ["of several segments", 8 * 1024],
  ])(
    "%s is refused, or shows a state that was in effect and the epochs go on above all that were",
    async (_, segmentBytes) => {
      const original = await writeOriginal(segmentBytes);
      const journals = [...original.files.keys()].filter(journalOf);
      const last = journals.at(-1) ?? "";
      const ends = { refused: 0, shown: 0, lost: 0 };
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...journals), damages, async (path, wrongs) => {
          putBack(original);
          writeFileSync(path, spoil(original.files.get(path) ?? Buffer.alloc(0), wrongs));

          const found = await unlessRefused(original, async (store) => {
            const { record, epochFloor } = await store.read("orders");
            expect(epochFloor).toBeGreaterThanOrEqual(original.epoch);
            if (record !== null) {
              expect(original.nonces).toContain(record.nonce);
              expect(record.epoch).toBe(original.epoch);
            }
            const next = await lead(store);
            expect(next.record?.epoch).toBeGreaterThan(original.epoch);
            // Whoever comes next sees that term, and not what was damaged.
            const other = await openFileStore({ ...original.folders, bootId });
            expect(await other.read("orders")).toMatchObject({ record: next.record });
            await other.close();
            return record === null ? "lost" : "shown";
          });
          ends[found ?? "refused"] += 1;
        }),
        {
          ...settings,
          examples: [
            [last, []],
            [last, [{ kind: "truncate", at: 0 }]],
            [last, [{ kind: "insert", at: 0, bytes: Buffer.from("{}\n") }]],
          ],
        },
      );
      // It is no test of one of them alone.
      for (const count of Object.values(ends)) expect(count, JSON.stringify(ends)).toBeGreaterThan(0);
    },
  );

  test("is never told as something else by the fast status, the history or the verification", async () => {
    const original = await writeOriginal(8 * 1024);
    const journals = [...original.files.keys()].filter(journalOf);
    const { directory } = original.folders;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...journals), damages, async (path, wrongs) => {
        putBack(original);
        writeFileSync(path, spoil(original.files.get(path) ?? Buffer.alloc(0), wrongs));
        const told = readStatusTail(directory, "orders", bootId);
        if (told?.record) {
          expect(original.nonces).toContain(told.record.nonce);
          expect(told.record.epoch).toBe(original.epoch);
        }
        await unlessRefused(original, async (store) => {
          for await (const { record } of store.journal("orders")) expect(original.nonces).toContain(record.nonce);
        });
        await unlessRefused(original, (store) => store.verify("orders"));
      }),
      settings,
    );
  });
});

describe("every other file, spoiled in the same ways", () => {
  test("floor: refused, or the epochs go on above all that were", async () => {
    const original = await writeOriginal(4 * 1024 * 1024);
    const floors = [...original.files.keys()].filter((path) => path.includes(".floor."));
    expect(floors).not.toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...floors), damages, async (path, wrongs) => {
        putBack(original);
        writeFileSync(path, spoil(original.files.get(path) ?? Buffer.alloc(0), wrongs));
        const told = readStatusTail(original.folders.directory, "orders", bootId);
        if (told) expect(told.epochFloor).toBeGreaterThanOrEqual(original.epoch);
        await unlessRefused(original, async (store) => {
          expect((await lead(store)).record?.epoch).toBeGreaterThan(original.epoch);
        });
      }),
      settings,
    );
  });

  test("store.id: refused, or the very same store", async () => {
    const original = await writeOriginal(4 * 1024 * 1024);
    const identities = [...original.files.keys()].filter((path) => path.endsWith("store.id"));
    expect(identities).toHaveLength(2);
    const storeId = await unlessRefused(original, async (store) => store.storeId);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...identities), damages, async (path, wrongs) => {
        putBack(original);
        writeFileSync(path, spoil(original.files.get(path) ?? Buffer.alloc(0), wrongs));
        await unlessRefused(original, async (store) => {
          expect(store.storeId).toBe(storeId);
          expect((await store.read("orders")).record?.epoch).toBe(original.epoch);
        });
      }),
      settings,
    );
  });

  test("the mirror: it never stands in the way of a lease", async () => {
    const original = await writeOriginal(4 * 1024 * 1024);
    const mirror = join(original.folders.directory, "orders.json");
    await fc.assert(
      fc.asyncProperty(damages, async (wrongs) => {
        putBack(original);
        writeFileSync(mirror, spoil(original.files.get(mirror) ?? Buffer.alloc(0), wrongs));
        const next = await unlessRefused(original, lead);
        expect(next?.record?.epoch).toBe(original.epoch + 1);
      }),
      settings,
    );
  });

  test("a fence: refused, or it knows no epoch and no entry that were not, and can be raised", async () => {
    const { floorDirectory: directory } = temporaryFolders();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, "orders.fence");
    const key = { storeId: "s1", name: "orders" };
    const original = fileFence({ path });
    for (const epoch of [1, 2, 5]) await original.append(key, epoch, `written under ${epoch}`);
    const entries = await original.entries(key);
    original.close();
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(damages, async (wrongs) => {
        writeFileSync(path, spoil(bytes, wrongs));
        const fence = fileFence({ path });
        try {
          expect([0, 1, 2, 5]).toContain(await fence.load(key));
          for (const entry of await fence.entries(key)) expect(entries).toContainEqual(entry);
          expect(await fence.raise(key, 6)).toBe(6);
        } catch (error) {
          expect(error).toMatchObject({ code: "ESTATECORRUPT" });
        } finally {
          fence.close();
        }
      }),
      settings,
    );
  });

  test("a sighting: nothing seen, or the very same", async () => {
    const { directory } = temporaryFolders();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const sightings = fileSightings(directory);
    const seen: Sighting = {
      storeId: "s1",
      revision: "7.abc",
      nonce: "n7",
      bootId,
      timeNamespace: null,
      boottimeMs: 1_234.5,
    };
    await sightings.save("orders", seen);
    const path = join(directory, "orders.sighting");
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(damages, async (wrongs) => {
        writeFileSync(path, spoil(bytes, wrongs));
        const loaded = await sightings.load("orders");
        if (loaded !== null) expect(loaded).toEqual(seen);
      }),
      settings,
    );
  });
});
