import { LeaseError } from "@tenure/core";
import { tryLeader, type LeaderCode, type LeaderOutcome } from "@tenure/simulator";
import { expect, test } from "vitest";
import { lead } from "../src/lead.ts";

const SCHEDULES = 200;

/** The orchestrator's own code, in a world that goes wrong. It is told to stop now and then, and comes back. */
const orchestrator: LeaderCode = async ({ name, client, clock, random, sleep, write }) => {
  for (;;) {
    const lease = await client.acquire(name);
    const tasks = random() * 20;
    let done = 0;
    await lead(lease, {
      clock,
      random,
      raise: write,
      append: write,
      work: async () => {
        await sleep(500);
        done += 1;
      },
      isStopping: () => done > tasks,
      say: () => {},
    });
  }
};

async function runAll(code: LeaderCode): Promise<LeaderOutcome[]> {
  const outcomes: LeaderOutcome[] = [];
  for (let seed = 1; seed <= SCHEDULES; seed += 1) outcomes.push(await tryLeader({ seed }, code));
  return outcomes;
}

test(
  `in ${SCHEDULES} schedules of faults the orchestrator never writes after its successor, and makes no mistake of its own`,
  { timeout: 120_000 },
  async () => {
    const outcomes = await runAll(orchestrator);
    expect(outcomes.flatMap(({ violations }) => violations.map(({ sentence }) => sentence))).toEqual([]);
    expect(outcomes.flatMap(({ errors }) => errors)).toEqual([]);
    // It was tried: it led, and was killed, stopped or cut off while it did.
    expect(outcomes.filter(({ evidence }) => evidence.I3 > 0).length).toBeGreaterThan(SCHEDULES / 2);
    expect(
      outcomes.reduce((sum, { faults }) => sum + (faults["death"] ?? 0) + (faults["pause"] ?? 0), 0),
    ).toBeGreaterThan(50);
  },
);

test("a version of it that works on after an error is found out", { timeout: 120_000 }, async () => {
  const stubborn: LeaderCode = async ({ name, client, sleep, write }) => {
    const lease = await client.acquire(name);
    for (;;) {
      await sleep(500);
      await write(lease).catch((error: unknown) => {
        if (!(error instanceof LeaseError)) throw error;
      });
    }
  };
  expect((await runAll(stubborn)).flatMap(({ lateWrites }) => lateWrites).length).toBeGreaterThan(0);
});
