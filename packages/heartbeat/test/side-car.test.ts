import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createLeaseClient } from "@tenure/core";
import type { Lease, LeaseLostError } from "@tenure/core";
import { MemoryStore } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import type { Heartbeat } from "@tenure/heartbeat";
import { processOf, processState, thisHost, thisProcess } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { expect, onTestFinished, test } from "vitest";

const settings = { leaseDurationMs: 120_000, renewIntervalMs: 20 };

/** A leader that cannot link the library has acquired; this process beats for it. */
async function beatFor(leader: ProcessIdentity): Promise<{ lease: Lease; heartbeat: Heartbeat; store: MemoryStore }> {
  const { clock, randomToken } = thisHost();
  const store = new MemoryStore();
  const holderIdentity = "leader";
  const common = { store, clock, randomToken, timing: settings };
  const { epoch } = await createLeaseClient({ ...common, identity: { holderIdentity, holder: leader } }).acquire(
    "main",
  );
  const identity = { holderIdentity, holder: leader, renewer: thisProcess() };
  const lease = await createLeaseClient({ ...common, identity }).attach("main", { holderIdentity, epoch });
  const heartbeat = keepAlive(lease, {
    clock,
    random: Math.random,
    watch: { process: { identity: leader, stateOf: processState } },
  });
  onTestFinished(() => heartbeat.stop());
  return { lease, heartbeat, store };
}

async function startLeader(): Promise<ProcessIdentity> {
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "spawn");
  return processOf(child.pid as number);
}

async function renewals(store: MemoryStore): Promise<number> {
  return (await store.read("main")).record?.renewals ?? 0;
}

test("beats for a process that lives", async () => {
  const { heartbeat, store } = await beatFor(await startLeader());
  while ((await renewals(store)) < 3) await new Promise((resolve) => void setTimeout(resolve, 5));
  expect(heartbeat.state).toBe("leading");
});

test("P1 promise 5: nothing renews for a process that was killed", async () => {
  const leader = await startLeader();
  const { lease, heartbeat, store } = await beatFor(leader);
  process.kill(leader.pid as number, "SIGKILL");
  expect(await heartbeat.ended).toBe("holder-dead");
  expect((lease.signal.reason as LeaseLostError).message).toContain(`process ${leader.pid}`);
  const last = await renewals(store);
  await heartbeat.stop();
  expect(await renewals(store)).toBe(last);
});

test("P3 promise 5: nothing renews for a process that is stopped", async () => {
  const leader = await startLeader();
  const { heartbeat } = await beatFor(leader);
  process.kill(leader.pid as number, "SIGSTOP");
  expect(await heartbeat.ended).toBe("holder-stopped");
});

test("P11 nothing renews for another process that has the number now", async () => {
  const leader = await startLeader();
  const { heartbeat } = await beatFor({ ...leader, processStartTime: "1" });
  expect(await heartbeat.ended).toBe("holder-dead");
});

test("P12 nothing renews for a process that is dead and not yet reaped", async () => {
  const parent = spawn("sh", ["-c", "sleep 1000 & echo $!; exec sleep 1001"], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [pid] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  const leader = processOf(Number(pid));
  onTestFinished(() => {
    if (processState(leader) !== "dead") process.kill(Number(pid), "SIGKILL");
  });
  const { heartbeat } = await beatFor(leader);
  process.kill(leader.pid as number, "SIGKILL");
  expect(await heartbeat.ended).toBe("holder-dead");
});
