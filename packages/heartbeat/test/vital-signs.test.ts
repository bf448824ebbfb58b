import type { LeaseLostError } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import type { Heartbeat, HeartbeatOptions, ProcessWatch } from "@tenure/heartbeat";
import { expect, test } from "vitest";
import { FakeLease, holder, recordOf, timing } from "./support/fake-lease.ts";

const R = timing.renewIntervalMs;

function start(options: Partial<HeartbeatOptions>): { clock: FakeClock; lease: FakeLease; heartbeat: Heartbeat } {
  const clock = new FakeClock();
  const lease = new FakeLease(clock);
  const heartbeat = keepAlive(lease, { clock, random: () => 0, ...options });
  return { clock, lease, heartbeat };
}

function lossOf(lease: FakeLease): LeaseLostError {
  return lease.signal.reason as LeaseLostError;
}

test.each([
  ["dead", "holder-dead"],
  ["stopped", "holder-stopped"],
] as const)("promise 5: no renewal is sent for a process that is seen %s", async (state, reason) => {
  let now: ReturnType<ProcessWatch["stateOf"]> = "running";
  const { clock, lease } = start({ watch: { process: { identity: holder, stateOf: () => now } } });
  await clock.advance(2 * R);
  now = state;
  await clock.advance(10 * R);
  expect(lease.sentMs).toEqual([R, 2 * R]);
  expect(lossOf(lease)).toMatchObject({ reason, facts: { name: "main", holderIdentity: "alice", epoch: 7 } });
  expect(lossOf(lease).message).toContain("process 4242 (started 100)");
});

test("P13 a process of which nothing can be told is not renewed for, and given up only when the lease runs out", async () => {
  let now: ReturnType<ProcessWatch["stateOf"]> = "unknown";
  const { clock, lease, heartbeat } = start({ watch: { process: { identity: holder, stateOf: () => now } } });
  await clock.advance(R);
  expect(heartbeat.state).toBe("jeopardy");
  expect(lease.sentMs).toEqual([]);
  now = "running";
  await clock.advance(R);
  expect(heartbeat.state).toBe("leading");
  now = "unknown";
  await clock.advance(timing.renewDeadlineMs);
  expect(heartbeat.state).toBe("lost");
  expect(lease.sentMs.length).toBe(1);
});

test("a process without a number cannot be watched", () => {
  const watch = { process: { identity: { ...holder, pid: null }, stateOf: () => "running" as const } };
  expect(() => start({ watch })).toThrow(expect.objectContaining({ code: "EUSAGE" }));
});

test("work that reports no progress for too long ends the lease, and work that does keeps it", async () => {
  const { clock, lease, heartbeat } = start({ watch: { progress: { withinMs: 5_000 } } });
  await clock.advance(4_000);
  heartbeat.progress();
  await clock.advance(4_900);
  expect(lease.sentMs).toEqual([R, 2 * R, 3 * R]);
  await clock.advance(R);
  expect(lossOf(lease).reason).toBe("work-stalled");
  expect(lossOf(lease).message).toContain("5000 ms");
  await clock.advance(3 * R);
  expect(lease.sentMs).toEqual([R, 2 * R, 3 * R]);
});

test("a side-car has a longest term without progress, whatever its process looks like", async () => {
  const watch = { process: { identity: holder, stateOf: () => "running" as const } };
  const { clock, lease } = start({ watch, maxTermMs: 4 * R });
  await clock.advance(10 * R);
  expect(lease.sentMs).toEqual([R, 2 * R, 3 * R]);
  expect(lossOf(lease).reason).toBe("work-stalled");
});

test.each([
  ["another instance of the same name", { holder: { ...holder, instanceId: "instance-b" } }, "identity-collision"],
  ["another holder at the same epoch", { holderIdentity: "bob" }, "identity-collision"],
  ["another holder at a higher epoch", { holderIdentity: "bob", epoch: 8 }, "taken-over"],
  ["nobody", { holderIdentity: null, holder: null }, "identity-collision"],
])("promise 4: it stops loudly when the record names %s, and names both", async (_, found, reason) => {
  const { clock, lease } = start({});
  await clock.advance(R);
  lease.record = recordOf({ holderIdentity: "alice", holder, epoch: 7, ...found });
  await clock.advance(R);
  expect(lease.sentMs).toEqual([R]);
  expect(lossOf(lease).reason).toBe(reason);
  expect(lossOf(lease).message).toContain('"alice", instance instance-a, epoch 7');
  expect(lossOf(lease).message).toContain(`epoch ${lease.record.epoch}`);
  const named = lease.record.holderIdentity ?? "nobody";
  expect(lossOf(lease).message.split("now names")[1]).toContain(named);
});
