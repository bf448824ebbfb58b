import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { createLeaseClient, type Lease, type LeaseClient } from "@tenure/core";
import { missing, startPostgres } from "@tenure/engines";
import { thisHost } from "@tenure/host";
import { openPostgresStore } from "@tenure/store-postgres";
import { expect, onTestFinished, test } from "vitest";
import { Lie } from "./support/machine.ts";

const HOUR_S = 3_600;
const LEASE_MS = 2_000;
const RENEWALS = 12;

test.for([["ahead", HOUR_S] as const, ["back", -HOUR_S] as const])(
  "C2 the clock of a PostgreSQL server is set an hour %s: nobody loses a lease by it, and a dead holder is succeeded when its lease has run out",
  async ([, stepS], context) => {
    const lie = new Lie(context);
    // The server is another user.
    for (const path of Object.values(lie.env)) chmodSync(dirname(path ?? ""), 0o755);
    const server = await startPostgres({ env: lie.env });
    if (server === null) throw new Error(missing("PostgreSQL"));
    onTestFinished(() => server.stop());
    const looking = await openPostgresStore({ url: server.url });
    onTestFinished(() => looking.close());
    const client = async (holderIdentity: string): Promise<LeaseClient> => {
      const store = await openPostgresStore({ url: server.url });
      onTestFinished(() => store.close());
      return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: LEASE_MS } });
    };
    const [blue, green] = [await client("blue"), await client("green")];
    const lease = await blue.acquire("orders");
    const waiting = green.acquire("orders");
    let taken: Lease | undefined;
    void waiting.then((its) => (taken = its));

    lie.step(stepS);
    for (let renewal = 1; renewal <= RENEWALS; renewal += 1) await lease.renew();
    lie.step(0);
    await lease.renew();
    lie.step(stepS);
    // The server does take it for another time.
    const { ageMs = Number.NaN } = await looking.read("orders");
    expect(ageMs > 1_000 * (HOUR_S - 60)).toBe(stepS > 0);
    expect(ageMs === 0).toBe(stepS < 0);
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
