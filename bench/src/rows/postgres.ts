import { nowMs, sleep } from "../clock.ts";
import type { Reading, Row } from "../row.ts";
import { Agents, besideServer, lostWithin, notifyRepeatedly, RawRows } from "../sides/postgres.ts";

const RENEWALS = 400;
const HANDOVERS = 30;
const LEASES = 1_000;
const KEPT_MS = 60_000;
const RAW = "raw conditional update";
const NOTIFY = "raw NOTIFY";
const between = (): number => 30 + Math.random() * 70;

const renewals: Row = {
  id: "postgres-renewals",
  what: "renewals on PostgreSQL, one after another",
  sides: [
    { name: "tenure", run: () => besideServer(renew) },
    { name: RAW, run: () => besideServer(updateOne) },
  ],
  figures: [
    { label: "p50", metric: "tookMs", take: "p50", unit: "ms", goal: { timesAtMost: 1.5, of: RAW } },
    { label: "p99", metric: "tookMs", take: "p99", unit: "ms" },
  ],
};

const release: Row = {
  id: "postgres-release",
  what: "clean release on PostgreSQL → waiting successor leads",
  sides: [
    { name: "tenure", run: () => besideServer(handOver) },
    {
      name: NOTIFY,
      run: () => besideServer(async (url) => ({ gapMs: await notifyRepeatedly(url, HANDOVERS, between) })),
    },
  ],
  figures: [{ label: "p50", metric: "gapMs", take: "p50", unit: "ms", goal: { moreAtMost: 5, than: NOTIFY } }],
};

const fleet: Row = {
  id: "postgres-fleet",
  what: "1 000 leases on PostgreSQL, renewed by one agent",
  sides: [
    { name: "tenure", run: () => besideServer(renewAll) },
    { name: RAW, run: () => besideServer(updateAll) },
  ],
  figures: [
    { label: "all once", metric: "allMs", take: "median", unit: "ms", goal: { timesAtMost: 1.5, of: RAW } },
    { label: "lost in 60 s", metric: "lost", take: "sum", unit: "", goal: { atMost: 0 } },
  ],
};

export const postgresRows: readonly Row[] = [renewals, release, fleet];

async function renew(url: string): Promise<Reading> {
  const agents = new Agents(url);
  const lease = await (await agents.client()).acquire("bench");
  const tookMs = await repeat(() => lease.renew());
  await agents.close();
  return { tookMs };
}

async function updateOne(url: string): Promise<Reading> {
  const rows = await RawRows.on(url);
  const tookMs = await repeat(() => rows.update("lease-1"));
  await rows.close();
  return { tookMs };
}

async function repeat(once: () => Promise<void>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let round = 0; round < RENEWALS; round++) {
    const began = nowMs();
    await once();
    took.push(nowMs() - began);
  }
  return took;
}

async function handOver(url: string): Promise<Reading> {
  const agents = new Agents(url);
  const gapMs: number[] = [];
  let [leader, standby] = [await agents.client(), await agents.client()];
  let lease = await leader.acquire("bench");
  for (let round = 0; round < HANDOVERS; round++) {
    const next = standby.acquire("bench").then((taken) => ({ taken, atMs: nowMs() }));
    await sleep(between());
    const releasedMs = nowMs();
    await lease.release();
    const { taken, atMs } = await next;
    gapMs.push(atMs - releasedMs);
    lease = taken;
    [leader, standby] = [standby, leader];
  }
  await agents.close();
  return { gapMs };
}

async function renewAll(url: string): Promise<Reading> {
  const agents = new Agents(url);
  const client = await agents.client();
  const leases = [];
  for (const name of names()) leases.push(await client.acquire(name));
  const began = nowMs();
  await Promise.all(leases.map((lease) => lease.renew()));
  const allMs = nowMs() - began;
  const lost = await lostWithin(leases, KEPT_MS);
  await agents.close();
  return { allMs, lost };
}

async function updateAll(url: string): Promise<Reading> {
  const rows = await RawRows.on(url);
  const began = nowMs();
  await Promise.all(names().map((name) => rows.update(name)));
  const allMs = nowMs() - began;
  await rows.close();
  return { allMs };
}

function names(): readonly string[] {
  return Array.from({ length: LEASES }, (_, at) => `lease-${at + 1}`);
}
