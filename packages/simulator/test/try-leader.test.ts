import { keepAlive } from "@tenure/heartbeat";
import { expect, test } from "vitest";
import { runSchedule, shrink, tryLeader, type LeaderCode, type LeaderOutcome } from "../src/index.ts";

/** As a leader should be: looks right before it writes, and gives back what it no longer wants. */
const careful: LeaderCode = async ({ name, client, clock, random, sleep, write }) => {
  const lease = await client.acquire(name);
  const heartbeat = keepAlive(lease, { clock, random });
  while (!lease.signal.aborted) {
    await sleep(200);
    if (lease.remainingMs() > 0) await write(lease);
  }
  await heartbeat.stop();
};

/** Trusts what it once heard. */
const careless: LeaderCode = async ({ name, client, clock, random, sleep, write }) => {
  const lease = await client.acquire(name);
  keepAlive(lease, { clock, random });
  for (;;) {
    await sleep(200);
    await write(lease);
  }
};

async function over(seeds: number, code: LeaderCode): Promise<LeaderOutcome[]> {
  const outcomes: LeaderOutcome[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) outcomes.push(await tryLeader({ seed }, code));
  return outcomes;
}

test("a careful leader breaks no promise, writes nothing late, and does lead", async () => {
  const outcomes = await over(60, careful);
  expect(outcomes.flatMap(({ violations, errors, lateWrites }) => [...violations, ...errors, ...lateWrites])).toEqual(
    [],
  );
  expect(outcomes.filter(({ evidence }) => evidence.I1 > 0 && evidence.I3 > 0).length).toBeGreaterThan(50);
}, 120_000);

test("a careless one is found out: its late writes are told, with holder and epoch", async () => {
  const late = (await over(30, careless)).flatMap(({ lateWrites }) => lateWrites);
  expect(late.length).toBeGreaterThan(0);
  expect(late[0]).toMatchObject({ epoch: expect.any(Number), holder: expect.any(String), atMs: expect.any(Number) });
}, 120_000);

test("a mistake in the code is handed back, and not tried away", async () => {
  const wrong: LeaderCode = () => Promise.reject(new TypeError("no such thing"));
  const { errors } = await tryLeader({ seed: 1 }, wrong);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]).toBeInstanceOf(TypeError);
});

test("a promise that one's own leader breaks is cut down to a short plan, which breaks it again", async () => {
  const givesUp: LeaderCode = async ({ name, client }) => {
    await client.acquire(name);
    await new Promise(() => {});
  };
  const broken = (await over(40, givesUp)).find(
    ({ violations, plan }) => plan.events.length > 1 && violations.some(({ invariant }) => invariant === "I9"),
  );
  if (broken === undefined) throw new Error("who neither renews nor comes back was not missed");
  const run = (plan: typeof broken.plan): Promise<LeaderOutcome> => tryLeader(plan, givesUp);
  const small = await shrink(broken.plan, "I9", run);
  expect(small.events.length).toBeLessThan(broken.plan.events.length);
  expect((await run(small)).violations.map(({ invariant }) => invariant)).toContain("I9");
}, 60_000);

test("the same seed gives the same, and schedules without a leader of one's own are as they were", async () => {
  expect((await tryLeader({ seed: 3 }, careful)).digest).toBe((await tryLeader({ seed: 3 }, careful)).digest);
  const { plan } = await runSchedule({ seed: 3 });
  expect((await tryLeader(plan, careful)).plan).toBe(plan);
}, 60_000);
