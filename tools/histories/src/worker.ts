// One of those who lead in turn, on several leases at once, and record all they see. Told to stop by its parent.
import { fileURLToPath } from "node:url";
import { createLeaseClient, type Lease, type LeaseClient, type LeaseStore } from "@tenure/core";
import { thisHost } from "@tenure/host";
import { openEtcdStore } from "@tenure/store-etcd";
import { openFileStore } from "@tenure/store-file";
import { openNatsStore } from "@tenure/store-nats";
import { openPostgresStore } from "@tenure/store-postgres";
import { openRedisStore } from "@tenure/store-redis";
import { grantOf, recorded, Recorder, termHolder } from "./recorder.ts";

export interface WorkerOptions {
  readonly url: string;
  readonly name: string;
  readonly leases: readonly string[];
  readonly leaseDurationMs: number;
  readonly path: string;
  /** It may be killed at any moment: what it sees is written down at once. Default: false. */
  readonly isKilled?: boolean;
  /** What it writes into each record besides, as a newer minor version would. */
  readonly newFields?: object | undefined;
}

const RENEWALS_MAX = 40;
/** One term in so many is left without a word, as by a holder that died. */
const LEFT_ONE_IN = 25;
const REPORT_MS = 200;

const options = JSON.parse(process.argv[2] ?? "{}") as WorkerOptions;
const recorder = new Recorder(options.path, options);
const stopping = new AbortController();
process.once("message", () => stopping.abort());

const { clock, ...host } = thisHost({ holderIdentity: options.name });
const store = await open(options.url);
const reporting = setInterval(() => process.send?.(recorder.operations), REPORT_MS);
const client = createLeaseClient({
  ...host,
  clock,
  store: recorded(store, options.name, recorder, options.newFields),
  timing: { leaseDurationMs: options.leaseDurationMs },
});
await Promise.all(options.leases.map((name) => takeTurns(client, name)));
clearInterval(reporting);
await store.close();
recorder.flush();
process.disconnect();

async function open(url: string): Promise<LeaseStore> {
  if (url.startsWith("file:")) {
    const directory = fileURLToPath(url);
    return await openFileStore({ directory, floorDirectory: `${directory}-floors` });
  }
  if (url.startsWith("etcd:")) return await openEtcdStore({ url });
  if (url.startsWith("nats:")) return await openNatsStore({ url });
  if (url.startsWith("redis:")) return await openRedisStore({ url });
  return await openPostgresStore({ url });
}

async function takeTurns(candidate: LeaseClient, name: string): Promise<void> {
  while (!stopping.signal.aborted) {
    const lease = await candidate.acquire(name, { signal: stopping.signal }).catch(unlessStopping);
    if (lease !== null) await lead(lease);
  }
}

/** A candidate waits out whatever time may cure: what ends it otherwise ends this process, and the recording. */
function unlessStopping(error: unknown): null {
  if (stopping.signal.aborted) return null;
  throw error;
}

async function lead(lease: Lease): Promise<void> {
  const { name, epoch, record, signal } = lease;
  const term = { lease: name, holder: termHolder(record) ?? options.name, epoch };
  const { renewDeadlineMs } = record;
  let sentAt = trueTime(lease);
  const granted = grantOf({ at: recorder.now, ...term, renewDeadlineMs, sentAt });
  if (granted === null) {
    await lease.release().catch(() => {});
    return;
  }
  recorder.observation(granted);
  const turns = Math.ceil(Math.random() * RENEWALS_MAX);
  for (let turn = 1; turn <= turns && !signal.aborted && !stopping.signal.aborted; turn += 1) {
    await lease.renew().catch(() => {});
    const renewedAt = trueTime(lease);
    if (renewedAt > sentAt && !signal.aborted) {
      sentAt = renewedAt;
      const { nonce } = lease.record;
      recorder.observation({ kind: "renewed", at: recorder.now, ...term, nonce, ...validFrom(sentAt) });
    }
  }
  const isLeft = !stopping.signal.aborted && Math.floor(Math.random() * LEFT_ONE_IN) === 0;
  const reason = signal.aborted ? "lost" : isLeft ? "left" : "released";
  recorder.observation({ kind: "ended", at: recorder.now, ...term, reason });
  if (reason === "released") await lease.release().catch(() => {});

  function validFrom(sent: number): { sentAt: number; validUntil: number } {
    return { sentAt: sent, validUntil: sent + renewDeadlineMs };
  }
}

function trueTime({ renewedAt }: Lease): number {
  return recorder.now - (clock.now().monotonicMs - renewedAt.monotonicMs);
}
