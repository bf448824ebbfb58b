import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import writeFileAtomic from "write-file-atomic";
import type { Contender, Office, OpenContender, Workload } from "../contender.ts";

/** The shortest that proper-lockfile allows, so that it is compared at its best. */
const STALE_MS = 2_000;
/** One hour of polling at its usual pace. (The whole schedule is built up front, so it cannot be endless.) */
const waitRetries = { retries: 36_000, factor: 1, minTimeout: 50, maxTimeout: 100, randomize: true };
const workRetries = { retries: 10_000, factor: 1, minTimeout: 1, maxTimeout: 20, randomize: true };

export const openProperLockfile: OpenContender = async (directory): Promise<Contender> => {
  const target = await ensure(join(directory, "leader.json"), "{}");
  const ledger = join(directory, "ledger.txt");
  return {
    writers: async () => (await readFile(ledger, "utf8")).trimEnd().split("\n").map(Number),
    async acquire(onLeading): Promise<Office> {
      let held = true;
      const onCompromised = (): void => void (held = false);
      const unlock = await lockfile.lock(target, {
        stale: STALE_MS,
        update: STALE_MS / 2,
        retries: waitRetries,
        onCompromised,
      });
      onLeading();
      return {
        async write() {
          if (held) await appendFile(ledger, `${process.pid}\n`);
          return held;
        },
        async release() {
          held = false;
          await unlock();
        },
      };
    },
  };
};

/** The usual recipe for a state file: lock, read, change, write atomically, unlock. */
export async function openLockedRewrite(directory: string): Promise<Workload> {
  const target = await ensure(join(directory, "leader.json"), JSON.stringify(record(0)));
  const read = async (): Promise<number> => (JSON.parse(await readFile(target, "utf8")) as { epoch: number }).epoch;
  return {
    async once() {
      const unlock = await lockfile.lock(target, { stale: 10_000, retries: workRetries });
      await writeFileAtomic(target, JSON.stringify(record((await read()) + 1)));
      await unlock();
    },
    count: read,
  };
}

/** A heartbeat without a lock: read, stamp, write atomically. */
export async function openRewrite(directory: string): Promise<Workload> {
  const target = await ensure(join(directory, "leader.json"), JSON.stringify(record(0)));
  const read = async (): Promise<number> => (JSON.parse(await readFile(target, "utf8")) as { epoch: number }).epoch;
  return {
    once: async () => writeFileAtomic(target, JSON.stringify(record((await read()) + 1))),
    count: read,
  };
}

/** As large as a lease record of ours without its process identity: about 400 bytes. */
function record(epoch: number): Record<string, unknown> {
  return {
    name: "bench",
    holderIdentity: `process-${process.pid}`,
    epoch,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 12_000,
    acquireTime: new Date().toISOString(),
    renewTime: new Date().toISOString(),
    padding: "x".repeat(180),
  };
}

async function ensure(path: string, content: string): Promise<string> {
  try {
    await writeFile(path, content, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return path;
}
