// An orchestrator of which exactly one leads, however many are started:
//   node orchestrator.js --dir STATE --floor-dir FLOOR --ledger FILE --holder NAME
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createLeaseClient, LeaseError, LeaseLostError, type Lease } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { thisHost } from "@tenure/host";
import { fileFence, openFileStore } from "@tenure/store-file";

const text = { type: "string", default: "" } as const;
const { values: options } = parseArgs({ options: { dir: text, "floor-dir": text, ledger: text, holder: text } });

const host = thisHost({ holderIdentity: options.holder });
const store = await openFileStore({ directory: options.dir, floorDirectory: options["floor-dir"] });
const client = createLeaseClient({ store, timing: { leaseDurationMs: 2_000 }, ...host });
const ledger = fileFence({ path: options.ledger });

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stopping.abort());

while (!stopping.signal.aborted) {
  say("standing by");
  const lease = await client.acquire("orchestrator", { signal: stopping.signal }).catch(nothingIfStopping);
  if (lease !== undefined) await lead(lease);
}
ledger.close();
await store.close();

/** Leads until told to stop, or until the lease is lost. */
async function lead(lease: Lease): Promise<void> {
  const heartbeat = keepAlive(lease, { clock: host.clock, random: Math.random });
  try {
    // First shut out whoever led before and may only be asleep, then look at what is there.
    await ledger.raise(lease, lease.epoch);
    say(`leads with epoch ${lease.epoch}`);
    for (let entry = 1; !lease.signal.aborted; entry++) {
      await work();
      if (stopping.signal.aborted) break;
      // However long the work took or this process slept: the ledger refuses a leader that is none any more.
      await ledger.append(lease, lease.epoch, `entry ${entry}`);
      say(`wrote entry ${entry}`);
    }
  } catch (error) {
    if (!(error instanceof LeaseError) || error.code !== "EFENCED") throw error;
    say(`refused, ${error.code}: ${error.message}`);
  } finally {
    await heartbeat.stop();
    await lease.release();
    say(`leads no more: ${lease.signal.reason instanceof LeaseLostError ? lease.signal.reason.reason : "released"}`);
  }
}

/** What an orchestrator does is not the point here; that it takes a while is. */
async function work(): Promise<void> {
  await sleep(500, undefined, { signal: stopping.signal }).catch(nothingIfStopping);
}

function nothingIfStopping(error: unknown): undefined {
  if (!stopping.signal.aborted) throw error;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
