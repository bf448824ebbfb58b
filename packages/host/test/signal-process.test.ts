import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { processOf, processState, signalProcess, systemHost, thisProcess } from "../src/index.ts";
import type { ProcReader } from "../src/index.ts";
import { withFiles } from "./fake-reader.ts";
import { end, eventually, readLine, start, startIdle } from "./kernel.ts";

/** Whoever is signalled by mistake must survive the test. */
function recording(reader: ProcReader = systemHost): { reader: ProcReader; sent: string[] } {
  const sent: string[] = [];
  const kill = (pid: number, signal: string | 0) =>
    signal === 0 ? reader.kill(pid, 0) : void sent.push(`${signal} ${pid}`);
  return { reader: { ...reader, kill }, sent };
}

describe.skipIf(process.platform !== "linux")("signalProcess (needs Linux)", () => {
  test("reaches the recorded process, and says when it is gone", async () => {
    const child = startIdle();
    const identity = processOf(child.pid);
    const exit = once(child, "exit");
    expect(signalProcess(identity, "SIGTERM").outcome).toBe("sent");
    expect(await exit).toEqual([null, "SIGTERM"]);
    expect(signalProcess(identity, "SIGTERM").outcome).toBe("gone");
  });

  test("reaches a whole group through its leader", async () => {
    const leader = start(["sh", "-c", "sleep 1000 & echo $!; wait"]);
    const grandchild = processOf(await readLine<number>(leader));
    expect(signalProcess(grandchild, "SIGKILL", { group: true }).outcome).toBe("refused");
    expect(signalProcess(processOf(leader.pid), "SIGKILL", { group: true }).outcome).toBe("sent");
    await eventually(() => processState(grandchild), "dead");
  });

  test("leaves alone what has the number now (P11)", async () => {
    const child = startIdle();
    const { reader, sent } = recording();
    const predecessor = { ...processOf(child.pid), processStartTime: "1" };
    expect(signalProcess(predecessor, "SIGKILL", {}, reader).outcome).toBe("gone");
    expect(signalProcess({ ...predecessor, processStartTime: null }, "SIGKILL", {}, reader).outcome).toBe("refused");
    expect(sent).toEqual([]);
    await end(child);
  });

  test("never signals init, itself, everyone, or nobody", () => {
    const { reader, sent } = recording();
    for (const pid of [1, process.pid, 0, -1, 1.5, Number.NaN, null]) {
      const subject = {
        ...thisProcess(),
        pid,
        processStartTime: systemHost.readFile("/proc/1/stat").split(" ")[21] ?? null,
      };
      expect(signalProcess(subject, "SIGKILL", {}, reader).outcome).toBe("refused");
    }
    expect(sent).toEqual([]);
  });

  function actingAs(pid: number, users: string): ProcReader {
    const status = systemHost.readFile(`/proc/${pid}/status`).replace(/^Uid:.*$/mu, `Uid:\t${users}`);
    return withFiles({ [`/proc/${pid}/status`]: status });
  }

  test("refuses another user's process, unless more than a record says that it is our own", () => {
    const child = startIdle();
    const { reader, sent } = recording(actingAs(child.pid, "7\t7\t7\t7"));
    const { outcome, evidence } = signalProcess(processOf(child.pid), "SIGKILL", {}, reader);
    expect(outcome).toBe("refused");
    expect(evidence).toContain(`process ${child.pid} acts as user 7`);
    expect(sent).toEqual([]);
    expect(signalProcess(processOf(child.pid), "SIGKILL", { anyUser: true }, reader).outcome).toBe("sent");
    expect(sent).toEqual([`SIGKILL ${child.pid}`]);
  });

  test("a setuid program that this user started is no stranger", () => {
    const child = startIdle();
    const { reader } = recording(actingAs(child.pid, `${process.geteuid?.()}\t7\t7\t7`));
    expect(signalProcess(processOf(child.pid), "SIGKILL", {}, reader).outcome).toBe("sent");
  });

  test("says whose process the system did not let it signal", () => {
    const child = startIdle();
    const kill = (_: number, signal: string | 0): void => {
      if (signal !== 0) throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    };
    const reader = { ...actingAs(child.pid, "7\t7\t7\t7"), kill };
    expect(signalProcess(processOf(child.pid), "SIGKILL", { anyUser: true }, reader)).toEqual({
      outcome: "refused",
      evidence: `SIGKILL to ${child.pid} failed with EPERM: process ${child.pid} acts as user 7, this one as ${process.geteuid?.()}`,
    });
  });

  test("refuses the group it belongs to itself", () => {
    const child = startIdle();
    const own = systemHost.readFile("/proc/self/stat");
    const inItsGroup = own.replace(/\) (\S) (\d+) \d+/u, `) $1 $2 ${child.pid}`);
    const { reader, sent } = recording(withFiles({ "/proc/self/stat": inItsGroup }));
    expect(signalProcess(processOf(child.pid), "SIGKILL", { group: true }, reader).outcome).toBe("refused");
    expect(sent).toEqual([]);
  });
});
