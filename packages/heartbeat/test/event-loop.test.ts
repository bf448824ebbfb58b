import { expect, test } from "vitest";
import { Holder } from "./support/holder.ts";

/** Renews often, and runs out late: nothing is lost because the machine is busy. */
const patient = { leaseDurationMs: 120_000, renewIntervalMs: 100 };

test("P7 a standing loop is noticed while it stands, renews nothing on waking, and the lease ends with how long it stood", async () => {
  const holder = new Holder({ timing: patient, watch: { eventLoop: { toleranceMs: 1_500 } } });
  await holder.next("ready");
  await holder.next("renewed");
  holder.blockFor(6_000);
  const { reason, message } = await holder.next("lost");
  expect(reason).toBe("event-loop-stall");
  const stalledMs = Number(/stood still for (\d+) ms/.exec(message ?? "")?.[1]);
  expect(stalledMs).toBeGreaterThanOrEqual(6_000 - 100);
  // The other thread knew before the loop turned again.
  expect(holder.events.indexOf("flag")).toBeGreaterThan(holder.events.indexOf("blocking"));
  expect(holder.events.indexOf("flag")).toBeLessThan(holder.events.indexOf("woke"));
  expect(holder.events.slice(holder.events.indexOf("blocking"))).not.toContain("renewed");
});

test("P7 a standstill within the tolerance costs nothing", async () => {
  const holder = new Holder({ timing: patient, watch: { eventLoop: { toleranceMs: 20_000 } } });
  await holder.next("renewed");
  holder.blockFor(500);
  await holder.next("woke");
  await holder.next("renewed", holder.events.indexOf("woke"));
  expect(holder.events).not.toContain("lost");
});

test("P7 a loop that still stands when all work must have stopped is killed, where that was asked for", async () => {
  const timing = { leaseDurationMs: 6_000 };
  const holder = new Holder({ timing, watch: { eventLoop: { toleranceMs: 1_500, whenStalled: "kill" } } });
  await holder.next("ready");
  holder.blockFor(600_000);
  expect(await holder.exited).toBe("SIGKILL");
  expect(holder.events).not.toContain("woke");
});

test("P7 and is not killed before that time", async () => {
  const holder = new Holder({ timing: patient, watch: { eventLoop: { toleranceMs: 1_000, whenStalled: "kill" } } });
  await holder.next("ready");
  holder.blockFor(4_000);
  await holder.next("woke");
  expect((await holder.next("lost")).reason).toBe("event-loop-stall");
});

test("P3 a stopped process is no standing loop: it is not held against its loop when it runs again", async () => {
  const holder = new Holder({ timing: patient, watch: { eventLoop: { toleranceMs: 3_000 } } });
  await holder.next("ready");
  await holder.next("renewed");
  holder.kill("SIGSTOP");
  await elapsed(4_500);
  const stoppedAt = holder.told.length;
  holder.kill("SIGCONT");
  await holder.next("renewed", stoppedAt);
  expect(holder.events).not.toContain("lost");
});

test("P3 a process stopped for longer than its validity renews nothing when it runs again, and is told why", async () => {
  const holder = new Holder({ timing: { leaseDurationMs: 6_000 } });
  await holder.next("renewed");
  holder.kill("SIGSTOP");
  await elapsed(5_500);
  const stoppedAt = holder.told.length;
  holder.kill("SIGCONT");
  const { reason } = await holder.next("lost", stoppedAt);
  expect(reason).toBe("event-loop-stall");
  expect(holder.events.slice(stoppedAt)).not.toContain("renewed");
});

/** Time has to pass where nothing happens: that is what is tested. */
function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
