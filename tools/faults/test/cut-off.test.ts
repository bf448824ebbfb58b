import { createLeaseClient, type LeaseClient } from "@tenure/core";
import { missing, Proxy, type Weather } from "@tenure/engines";
import { keepAlive } from "@tenure/heartbeat";
import { systemClock, thisHost } from "@tenure/host";
import { expect, onTestFinished, test } from "vitest";
import { subjects } from "./support/subjects.ts";

const LEASE_MS = 2_000;
const LOOK_MS = 2;
const weathers: readonly Weather[] = ["drops everything", "drops requests", "drops replies"];
const cases = subjects.flatMap((subject) => weathers.map((weather) => [subject.name, weather, subject] as const));

test.for(cases)(
  "N2 the holder of a lease on %s is cut off for long (the network %s): it has stopped believing that it leads before another does",
  async ([name, weather, { start, open }], context) => {
    const server = await start();
    if (server === null) {
      context.skip(missing(name));
      return;
    }
    onTestFinished(() => server.stop());
    const network = await Proxy.before(server);
    onTestFinished(() => network.close());
    const client = async (holderIdentity: string, url: string): Promise<LeaseClient> => {
      const store = await open(url);
      onTestFinished(() => store.close());
      return createLeaseClient({ ...thisHost({ holderIdentity }), store, timing: { leaseDurationMs: LEASE_MS } });
    };
    const [blue, green] = [await client("blue", network.url), await client("green", server.url)];
    const lease = await blue.acquire("orders");
    const heartbeat = keepAlive(lease, { clock: systemClock(), random: Math.random });
    onTestFinished(() => heartbeat.stop());
    const waiting = green.acquire("orders").then((taken) => ({ taken, at: performance.now() }));
    let believedAt = 0;
    const looking = setInterval(() => {
      if (lease.remainingMs() > 0) believedAt = performance.now();
    }, LOOK_MS);
    onTestFinished(() => clearInterval(looking));
    const renewal = lease.record.renewals;
    await expect.poll(() => lease.record.renewals, { timeout: 20_000 }).toBeGreaterThan(renewal);

    network.weather = weather;
    const { taken, at } = await waiting;
    expect(taken.epoch).toBe(2);
    expect(believedAt).toBeGreaterThan(0);
    expect(believedAt).toBeLessThan(at);
    expect(lease.signal.reason).toMatchObject({ reason: "store-unreachable" });
    expect(() => lease.assertHeld()).toThrow();

    // It stays away for more terms than one, and comes back to another's.
    await taken.release();
    const third = await green.acquire("orders");
    network.weather = "fair";
    await expect.poll(() => blue.status("orders").catch(() => null), { timeout: 20_000 }).toMatchObject({ epoch: 3 });
    await expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST" });
    await third.release();
    expect(await blue.acquire("orders")).toMatchObject({ epoch: 4, holderIdentity: "blue" });
    expect(believedAt).toBeLessThan(at);
  },
);
