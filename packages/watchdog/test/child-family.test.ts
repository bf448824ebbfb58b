import { FakeClock } from "@tenure/core/testing";
import type { ProcessIdentity } from "@tenure/schema";
import { expect, test } from "vitest";
import { ChildFamily } from "../src/child-family.ts";
import type { GatedProcess } from "../src/gate.ts";
import type { ProcessHost } from "../src/process-host.ts";

const GRACE_MS = 60_000;

function named(pid: number): ProcessIdentity {
  const [bootId, pidNamespace, timeNamespace] = ["boot", "pid:[1]", "time:[1]"];
  return {
    instanceId: `instance-${pid}`,
    hostId: "host",
    bootId,
    pid,
    processStartTime: "7",
    pidNamespace,
    timeNamespace,
    serviceName: null,
  };
}

/** A command that has ended and left a process in a session of its own, which ignores all but SIGKILL. */
class Leftover {
  readonly clock: FakeClock = new FakeClock();
  looks = 0;
  #lives = true;
  readonly family: ChildFamily;

  constructor() {
    const host: ProcessHost = {
      processOf: named,
      processState: () => (this.#lives ? "running" : "dead"),
      scanProcesses: () => {
        this.looks += 1;
        return this.#lives ? [{ process: named(8), processGroup: 8 }] : [];
      },
      signalProcess: (_, signal) => {
        if (signal === "SIGKILL") this.#lives = false;
        return { outcome: "sent", evidence: "" };
      },
      signalGroup: () => {},
    };
    const gated: GatedProcess = {
      pid: 7,
      guardPid: null,
      exited: Promise.resolve({ exitCode: 0, signal: null }),
      begun: true,
      stderr: null,
      progress: null,
      open: () => {},
      close: () => {},
      unref: () => {},
    };
    const { clock } = this;
    const kin = { matchEnv: {} };
    const limits = { leftoverGraceMs: GRACE_MS, stuckAfterMs: 10_000 };
    this.family = new ChildFamily({ gated, identity: named(7), kin, host, clock, ...limits });
  }
}

test("what a command leaves running is not looked for without a pause while it is given its time", async () => {
  const left = new Leftover();
  await left.clock.advance(GRACE_MS - 1);
  expect(left.looks).toBeGreaterThan(100);
  expect(left.looks).toBeLessThan(300);
  await left.clock.advance(1_000);
  expect(await left.family.over).toMatchObject({ escapees: [{ pid: 8 }], stuck: [] });
});

test("a kill is not waited for until the next look is due", async () => {
  const left = new Leftover();
  await left.clock.advance(10_000);
  left.family.kill();
  await left.clock.advance(5);
  expect(await left.family.over).toMatchObject({ escapees: [{ pid: 8 }], stuck: [] });
  expect(left.clock.pendingTimers).toBe(0);
});
