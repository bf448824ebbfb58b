import { connect } from "@nats-io/transport-node";
import { createLeaseClient, type Lease, type LeaseClient, type LeaseStore } from "@tenure/core";
import { missing, startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { thisHost } from "@tenure/host";
import { expect, onTestFinished, test, type TestContext } from "vitest";
import { Lie } from "./support/machine.ts";
import { subjects } from "./support/subjects.ts";

const HOUR_S = 3_600;
const LEASE_MS = 2_000;
const RENEWALS = 12;
/** By how much a time may be off that was told some time ago. */
const NEAR_MS = 60_000;

/** How each is lied to. */
const lied: Readonly<Record<string, (lie: Lie, context: TestContext) => Promise<Engine | null>>> = {
  PostgreSQL: ({ env }) => startPostgres({ env }),
  Redis: ({ env }) => startRedis({ env }),
  // Both are in Go.
  etcd: (lie, context) => startEtcd({ wrapper: lie.wrapper(context) }),
  NATS: (lie, context) => startNats({ wrapper: lie.wrapper(context) }),
};

/** What one without a clock for leases takes for the time, by something that it stamps. */
const timeOf: Readonly<Record<string, (server: Engine) => Promise<number>>> = {
  etcd: async ({ port }) => {
    const { headers } = await fetch(`http://127.0.0.1:${port}/version`);
    return Date.parse(headers.get("date") ?? "");
  },
  NATS: async ({ port }) => {
    const connection = await connect({ servers: `127.0.0.1:${port}` });
    onTestFinished(() => connection.close());
    const bucket = (await connection.request("$JS.API.STREAM.INFO.KV_tenure")).json();
    return Date.parse((bucket as { readonly state: { readonly last_ts: string } }).state.last_ts);
  },
};

const cases = subjects.flatMap((subject) =>
  [["ahead", HOUR_S] as const, ["back", -HOUR_S] as const].map(
    ([way, stepS]) => [subject.name, way, stepS, subject] as const,
  ),
);

test.for(cases)(
  "C2 the clock of a server of %s is set an hour %s: nobody loses a lease by it, and a dead holder is succeeded when its lease has run out",
  async ([name, , stepS, { open }], context) => {
    const lie = new Lie(context);
    lie.share();
    const server = (await lied[name]?.(lie, context)) ?? null;
    if (server === null) throw new Error(missing(name));
    onTestFinished(() => server.stop());
    const opened = async (): Promise<LeaseStore> => {
      const store = await open(server.url);
      onTestFinished(() => store.close());
      return store;
    };
    const looking = await opened();
    const client = async (holderIdentity: string): Promise<LeaseClient> =>
      createLeaseClient({
        ...thisHost({ holderIdentity }),
        store: await opened(),
        timing: { leaseDurationMs: LEASE_MS },
      });
    const [blue, green] = [await client("blue"), await client("green")];
    const lease = await blue.acquire("orders");
    const waiting = green.acquire("orders");
    let taken: Lease | undefined;
    void waiting.then((its) => (taken = its));

    lie.step(stepS);
    for (let renewal = 1; renewal <= RENEWALS; renewal += 1) await lease.renew();
    const toldMs = (await timeOf[name]?.(server)) ?? Number.NaN;
    const toldAt = Date.now();
    lie.step(0);
    await lease.renew();
    lie.step(stepS);
    // The server does take it for another time.
    const { ageMs } = await looking.read("orders");
    if (looking.guarantees.serverClock) {
      expect((ageMs ?? Number.NaN) > 1_000 * HOUR_S - NEAR_MS).toBe(stepS > 0);
      expect(ageMs === 0).toBe(stepS < 0);
    } else {
      expect(ageMs).toBeUndefined();
      expect(Math.abs(toldMs - toldAt - 1_000 * stepS)).toBeLessThan(NEAR_MS);
    }
    expect(taken).toBeUndefined();
    expect(lease.remainingMs()).toBeGreaterThan(0);

    // Nothing more comes from blue, and what it wrote last is an hour old or an hour from now.
    const leftAt = performance.now();
    const its = await waiting;
    const waitedMs = performance.now() - leftAt;
    expect(its.epoch).toBe(2);
    expect(lease.remainingMs()).toBe(0);
    expect(waitedMs).toBeGreaterThan(LEASE_MS * 0.97);
    expect(waitedMs).toBeLessThan(LEASE_MS * 3);
  },
);
