import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, type Engine } from "@tenure/engines";
import { expect, onTestFinished, test, vi, type TestContext } from "vitest";
import { need, run } from "./support/machine.ts";
import { temporaryFolder } from "./support/place.ts";
import { subjects, type Subject } from "./support/subjects.ts";

/** Room for what etcd sets aside for its log. */
const SIZE = "256m";
const REQUEST_MS = 2_000;
const EARLY = 10;
const LATEST_MS = 60_000;

/** Those that end, or do not answer any more, until somebody starts them again; the others refuse what does not fit. */
const stops: ReadonlySet<string> = new Set(["etcd", "NATS", "Redis"]);

test.for(subjects.map((subject) => [subject.name, subject] as const))(
  "F3 the disk under a server of %s fills: no write is a success that was none, and with room again all that were stand and it goes on",
  { timeout: 2 * LATEST_MS },
  async ([name, subject], context) => {
    const disk = mountSmall(context);
    const [server, store] = await openOn(disk, subject);
    const committed: string[] = [];
    const write = async (): Promise<unknown> => {
      const signal = AbortSignal.timeout(REQUEST_MS);
      const before = await store.read("orders", { signal });
      const record = heldRecord("orders", before.epochFloor + 1);
      const swapped = await store.compareAndSwap(before, record, eventFor(record), { durable: true, signal });
      if (swapped.outcome !== "committed") return "cause" in swapped ? swapped.cause : swapped.outcome;
      committed.push(record.nonce);
      return null;
    };
    for (let epoch = 1; epoch <= EARLY; epoch += 1) expect(await write()).toBeNull();
    const makeRoom = fill(disk);
    const failure = await untilNotNull(() => write().catch((error: unknown) => error));
    expect(failure).toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /^\w+: cannot (?:read|write) lease orders: ./u,
    });
    const acknowledged = committed.length;

    makeRoom();
    if (stops.has(name)) {
      await server.crash();
      await server.restart();
    }
    await expect.poll(() => write().catch((error: unknown) => error), { timeout: LATEST_MS }).toBeNull();
    const epochs: number[] = [];
    const nonces = new Set<string>();
    for await (const { record } of store.journal("orders")) {
      epochs.push(record.epoch);
      nonces.add(record.nonce);
    }
    expect(committed.filter((nonce) => !nonces.has(nonce))).toEqual([]);
    expect(new Set(epochs).size).toBe(epochs.length);
    expect(Math.max(...epochs)).toBeGreaterThan(acknowledged);
  },
);

/** A file system of this test alone, in memory. */
function mountSmall(context: TestContext): string {
  const folder = temporaryFolder();
  // The server may be another user, and finds its folder here.
  const options = `size=${SIZE},mode=0755`;
  need(context, "the right to mount file systems", "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
  onTestFinished(() => void run("umount", "-l", folder));
  return folder;
}

async function openOn(disk: string, { name, start, open }: Subject): Promise<readonly [Engine, LeaseStore]> {
  vi.stubEnv("TMPDIR", disk);
  const server = await start().finally(() => vi.unstubAllEnvs());
  if (server === null) throw new Error(missing(name));
  onTestFinished(async () => {
    // One that stands still does not end when it is told to.
    await server.crash();
    await server.stop();
  });
  const store = await open(server.url);
  onTestFinished(() => store.close());
  return [server, store];
}

/** Takes all room there is; what is returned gives it back. */
function fill(folder: string): () => void {
  const path = join(folder, "ballast");
  const file = openSync(path, "w");
  for (let size = 1 << 20; size > 0;) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      size >>= 1;
    }
  }
  closeSync(file);
  return () => rmSync(path);
}

async function untilNotNull(work: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const found = await work();
    if (found !== null) return found;
  }
}
