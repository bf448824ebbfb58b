import type { Lease } from "@tenure/core";
import { Proxy, type Engine } from "@tenure/engines";
import type { Heartbeat } from "@tenure/heartbeat";
import { Agents, beating, lostWithin } from "../agents.ts";
import { nowMs, sleep } from "../clock.ts";
import type { EngineSide } from "../engine.ts";
import type { Figure, Reading, Row } from "../row.ts";
import { etcdSide } from "../sides/etcd.ts";
import { natsSide } from "../sides/nats.ts";
import { postgresSide } from "../sides/postgres.ts";
import { redisSide } from "../sides/redis.ts";

const RENEWALS = 400;
/** Enough for the disk and the processor to come to rest, as between the renewals of an agent. */
const REST_MS = 20;
const HANDOVERS = 30;
const CUTS = 3;
const CUT_LEASE_MS = 2_000;
const LOOK_MS = 1;
const KEPT_MS = 60_000;
const AT_ONCE = 20;
const RAW = "raw conditional update";
const ONE = "lease-1";
const NAMES: readonly string[] = Array.from({ length: 1_000 }, (_, at) => `lease-${at + 1}`);
const between = (): number => 30 + Math.random() * 70;

const renewalFigures: readonly Figure[] = [
  { label: "p50", metric: "tookMs", take: "p50", unit: "ms", goal: { timesAtMost: 1.5, of: RAW } },
  { label: "p99", metric: "tookMs", take: "p99", unit: "ms" },
];

export const engineRows: readonly Row[] = [postgresSide, etcdSide, natsSide, redisSide].flatMap(rowsOf);

function rowsOf(side: EngineSide): readonly Row[] {
  const { id, name, news } = side;
  const beside = (job: (side: EngineSide, server: Engine) => Promise<Reading>) => () => besideServer(side, job);
  return [
    {
      id: `${id}-renewals`,
      what: `renewals on ${name}, one after another`,
      sides: [
        { name: "tenure", run: beside((...at) => renew(...at, 0)) },
        { name: RAW, run: beside((...at) => updateOne(...at, 0)) },
      ],
      figures: renewalFigures,
    },
    {
      id: `${id}-renewal`,
      what: `a renewal on ${name}, ${REST_MS} ms after the last one`,
      sides: [
        { name: "tenure", run: beside((...at) => renew(...at, REST_MS)) },
        { name: RAW, run: beside((...at) => updateOne(...at, REST_MS)) },
      ],
      figures: renewalFigures,
    },
    {
      id: `${id}-release`,
      what: `clean release on ${name} → waiting successor leads`,
      sides: [
        { name: "tenure", run: beside(handOver) },
        { name: news, run: beside(tellRepeatedly) },
        { name: `the same between two raw updates`, run: beside(handOverRaw) },
      ],
      figures: [{ label: "p50", metric: "gapMs", take: "p50", unit: "ms", goal: { moreAtMost: 5, than: news } }],
    },
    {
      id: `${id}-fleet`,
      what: `1 000 leases on ${name}, renewed by one agent`,
      sides: [
        { name: "tenure", run: beside(renewAll) },
        { name: RAW, run: beside(updateAll) },
      ],
      figures: [
        { label: "all once", metric: "allMs", take: "median", unit: "ms", goal: { timesAtMost: 1.5, of: RAW } },
        { label: "not renewed within the request timeout", metric: "givenUp", take: "sum", unit: "" },
        { label: "lost in 60 s", metric: "lost", take: "sum", unit: "", goal: { atMost: 0 } },
      ],
    },
    {
      id: `${id}-cut-off`,
      what: `a holder on ${name} is cut off (L 2 s) → successor leads`,
      sides: [{ name: "tenure", run: beside(cutOff) }],
      figures: [
        { label: "both believed to lead", metric: "overlapMs", take: "max", unit: "ms", goal: { atMost: 0 } },
        { label: "longest gap", metric: "gapMs", take: "max", unit: "ms" },
      ],
    },
  ];
}

/** With a server of its own, which is gone afterwards. */
async function besideServer(
  side: EngineSide,
  job: (side: EngineSide, server: Engine) => Promise<Reading>,
): Promise<Reading> {
  const server = await side.start();
  if (server === null)
    throw new Error(`needs ${side.name}; node tools/engines/install.mjs installs it on Debian, as root`);
  try {
    return await job(side, server);
  } finally {
    await server.stop();
  }
}

async function renew({ open }: EngineSide, { url }: Engine, restMs: number): Promise<Reading> {
  const agents = new Agents(open);
  const lease = await (await agents.client(url)).acquire("bench");
  const tookMs = await repeat(() => lease.renew(), restMs);
  await agents.close();
  return { tookMs };
}

async function updateOne({ rows }: EngineSide, { url }: Engine, restMs: number): Promise<Reading> {
  const raw = await rows(url, [ONE]);
  const tookMs = await repeat(() => raw.update(ONE), restMs);
  await raw.close();
  return { tookMs };
}

async function repeat(once: () => Promise<void>, restMs: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let round = 0; round < RENEWALS; round++) {
    if (restMs > 0) await sleep(restMs);
    const began = nowMs();
    await once();
    took.push(nowMs() - began);
  }
  return took;
}

async function handOver({ open }: EngineSide, { url }: Engine): Promise<Reading> {
  const agents = new Agents(open);
  const gapMs: number[] = [];
  let [leader, standby] = [await agents.client(url), await agents.client(url)];
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

async function tellRepeatedly({ telling }: EngineSide, { url }: Engine): Promise<Reading> {
  const news = await telling(url);
  const gapMs: number[] = [];
  for (let round = 0; round < HANDOVERS; round++) {
    await sleep(between());
    const heard = news.heard();
    const toldMs = nowMs();
    await news.tell();
    gapMs.push((await heard) - toldMs);
  }
  await news.close();
  return { gapMs };
}

/** What a lease cannot do without: one change is durable, it is told, and whoever hears of it makes the next one durable. */
async function handOverRaw({ rows, telling }: EngineSide, { url }: Engine): Promise<Reading> {
  const [leader, news] = [await rows(url, [ONE]), await telling(url)];
  const gapMs: number[] = [];
  for (let round = 0; round < HANDOVERS; round++) {
    await sleep(between());
    const heard = news.heard();
    const releasedMs = nowMs();
    await leader.update(ONE);
    await news.tell();
    await heard;
    await leader.update(ONE);
    gapMs.push(nowMs() - releasedMs);
  }
  await news.close();
  await leader.close();
  return { gapMs };
}

async function renewAll({ open }: EngineSide, { url }: Engine): Promise<Reading> {
  const agents = new Agents(open);
  const client = await agents.client(url);
  const leases: Lease[] = [];
  const meanwhile: Heartbeat[] = [];
  for (let at = 0; at < NAMES.length; at += AT_ONCE) {
    const some = NAMES.slice(at, at + AT_ONCE);
    await Promise.all(
      some.map(async (name) => {
        const lease = await client.acquire(name);
        meanwhile.push(beating(lease));
        leases.push(lease);
      }),
    );
  }
  await Promise.all(meanwhile.map((heartbeat) => heartbeat.stop()));
  const began = nowMs();
  const renewed = await Promise.allSettled(leases.map((lease) => lease.renew()));
  const allMs = nowMs() - began;
  const givenUp = renewed.filter(({ status }) => status === "rejected").length;
  const lost = await lostWithin(leases, KEPT_MS);
  await agents.close();
  return { allMs, givenUp, lost };
}

async function updateAll({ rows }: EngineSide, { url }: Engine): Promise<Reading> {
  const raw = await rows(url, NAMES);
  const began = nowMs();
  await Promise.all(NAMES.map((name) => raw.update(name)));
  const allMs = nowMs() - began;
  await raw.close();
  return { allMs };
}

/** The network between a holder and the server drops everything, and nobody is told. */
async function cutOff({ open }: EngineSide, server: Engine): Promise<Reading> {
  const timing = { leaseDurationMs: CUT_LEASE_MS };
  const overlapMs: number[] = [];
  const gapMs: number[] = [];
  for (let round = 0; round < CUTS; round++) {
    const [agents, network] = [new Agents(open), await Proxy.before(server)];
    const [holder, standby] = [await agents.client(network.url, timing), await agents.client(server.url, timing)];
    const lease = await holder.acquire("bench");
    const heartbeat = beating(lease);
    const next = standby.acquire("bench").then((taken) => ({ taken, atMs: nowMs() }));
    await sleep(CUT_LEASE_MS * Math.random());
    let believedMs = nowMs();
    const looking = setInterval(() => {
      if (lease.remainingMs() > 0) believedMs = nowMs();
    }, LOOK_MS);
    network.weather = "drops everything";
    const cutMs = nowMs();
    const { taken, atMs } = await next;
    await sleep(CUT_LEASE_MS);
    clearInterval(looking);
    gapMs.push(atMs - cutMs);
    overlapMs.push(Math.max(0, believedMs - atMs));
    await heartbeat.stop();
    await taken.release();
    await agents.close();
    network.close();
  }
  return { overlapMs, gapMs };
}
