import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessIdentity } from "@tenure/schema";
import { describe, expect, onTestFinished, test } from "vitest";
import { processOf, processState, proveDeath, thisProcess } from "../src/index.ts";
import type { Finding } from "../src/index.ts";
import {
  end,
  eventually,
  need,
  newPidNamespace,
  readLine,
  runScript,
  start,
  startIdle,
  startScript,
} from "./kernel.ts";

const elsewhere = { sameMachine: false };
const verdictOn = (process: ProcessIdentity) => proveDeath(process, elsewhere).verdict;

describe.skipIf(process.platform !== "linux")("proof of death (needs Linux)", () => {
  test("P1 a killed process is dead, a running one alive", async () => {
    const child = startIdle();
    const identity = processOf(child.pid);
    expect(proveDeath(identity, elsewhere)).toEqual({
      verdict: "alive",
      evidence: expect.stringContaining(`process ${child.pid}, started at tick ${identity.processStartTime}`),
    });
    await end(child);
    expect(proveDeath(identity, elsewhere)).toEqual({
      verdict: "dead",
      evidence: `process ${child.pid} is gone: signal 0 finds no such process`,
    });
    expect(processState(identity)).toBe("dead");
  });

  test("this process is alive", () => {
    expect(verdictOn(thisProcess())).toBe("alive");
  });

  test("without a process nothing is proved", () => {
    expect(verdictOn({ ...thisProcess(), pid: null, processStartTime: null })).toBe("unknown");
  });

  test("without a start time a used number proves nothing, and a free one does", async () => {
    const child = startIdle();
    const identity = { ...processOf(child.pid), processStartTime: null };
    expect(verdictOn(identity)).toBe("unknown");
    await end(child);
    expect(verdictOn(identity)).toBe("dead");
  });

  test("P3 a stopped process is alive, and known to be stopped", async () => {
    const child = startIdle();
    const identity = processOf(child.pid);
    expect(processState(identity)).toBe("running");
    child.kill("SIGSTOP");
    await eventually(() => processState(identity), "stopped");
    expect(verdictOn(identity)).toBe("alive");
    child.kill("SIGCONT");
    await eventually(() => processState(identity), "running");
  });

  test("P11 a recycled process number is not the process", async (context) => {
    need(context, "root and unshare(1)", [...newPidNamespace, "test", "-w", "/proc/sys/kernel/ns_last_pid"]);
    const found = await runScript<{
      signal0: boolean;
      finding: Finding;
      state: string;
      outcome: string;
      untouched: boolean;
    }>(
      `
      const first = spawn("sleep", ["1000"]);
      const identity = host.processOf(first.pid);
      const last = async (child) => { child.kill("SIGKILL"); await once(child, "exit"); };
      await last(first);
      let second;
      for (;;) {
        fs.writeFileSync("/proc/sys/kernel/ns_last_pid", String(first.pid - 1));
        second = spawn("sleep", ["1000"]);
        const recycled = second.pid === first.pid && host.processStartTime(second.pid) !== identity.processStartTime;
        if (recycled) break;
        await last(second);
      }
      const { outcome } = host.signalProcess(identity, "SIGKILL");
      print({
        signal0: process.kill(identity.pid, 0),
        finding: host.proveDeath(identity, { sameMachine: false }),
        state: host.processState(identity),
        outcome,
        untouched: host.processState(host.processOf(second.pid)) === "running",
      });`,
      { wrapper: newPidNamespace },
    );
    expect(found).toMatchObject({
      signal0: true,
      finding: { verdict: "dead" },
      state: "dead",
      outcome: "gone",
      untouched: true,
    });
    expect(found.finding.evidence).toMatch(
      /^number \d+ is another process now: it started at tick \d+, the recorded one at \d+$/u,
    );
  });

  test("P12 a zombie nobody reaps is dead, although signal 0 reaches it", async () => {
    const parent = start(["sh", "-c", "sleep 1000 & echo $!; exec sleep 1000"]);
    const pid = await readLine<number>(parent);
    const identity = processOf(pid);
    expect(verdictOn(identity)).toBe("alive");
    // A shell might still reap it; the program that takes the shell's place will not.
    await eventually(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8"), "sleep\n");
    process.kill(pid, "SIGKILL");
    await eventually(() => verdictOn(identity), "dead");
    expect(process.kill(pid, 0)).toBe(true);
    expect(proveDeath(identity, elsewhere).evidence).toContain("is a zombie: all of its 1 tasks have ended");
  });

  test("P12 a process whose first thread has ended lives on in its others", async (context) => {
    need(context, "python3 on x86-64 or arm64", [
      "python3",
      "-c",
      "import os; assert os.uname().machine in ('x86_64', 'aarch64')",
    ]);
    const leaderExits = `
import ctypes, os, threading, time
threading.Thread(target=time.sleep, args=(1000,)).start()
print(os.getpid(), flush=True)
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)`;
    const child = start(["python3", "-c", leaderExits]);
    const identity = processOf(await readLine<number>(child));
    await eventually(() => proveDeath(identity, elsewhere).evidence.includes("is in state S"), true);
    await eventually(() => readFileSync(`/proc/${identity.pid}/stat`, "utf8").includes(") Z "), true);
    expect(verdictOn(identity)).toBe("alive");
    expect(processState(identity)).toBe("running");
    await end(child);
    expect(verdictOn(identity)).toBe("dead");
  });

  test("P13 a holder in another pid namespace is never proved dead, although signal 0 finds nobody", async (context) => {
    need(context, "root and unshare(1)", [...newPidNamespace, "test", "-w", "/proc/sys/kernel/ns_last_pid"]);
    const container = startScript(
      `
      fs.writeFileSync("/proc/sys/kernel/ns_last_pid", String(input));
      const child = spawn("sleep", ["1000"]);
      print(host.processOf(child.pid));`,
      { wrapper: newPidNamespace, input: unusedPid() - 1 },
    );
    const identity = await readLine<ProcessIdentity>(container);
    expect(() => process.kill(identity.pid ?? 0, 0)).toThrow("ESRCH");
    const { verdict, evidence } = proveDeath(identity, { sameMachine: true });
    expect(verdict).toBe("unknown");
    expect(evidence).toContain(`was recorded in pid namespace ${identity.pidNamespace}`);
  });

  test("P13 seen from another pid namespace, this process is unknown", async (context) => {
    need(context, "root and unshare(1)", [...newPidNamespace, "true"]);
    const prove = `print(host.proveDeath(input, { sameMachine: true }));`;
    const finding = await runScript<Finding>(prove, { wrapper: newPidNamespace, input: thisProcess() });
    expect(finding.verdict).toBe("unknown");
  });

  test("P13 a /proc of an outer namespace proves nothing", async (context) => {
    need(context, "root, unshare(1) and nsenter(1)", [
      "nsenter",
      "--pid=/proc/self/ns/pid",
      "unshare",
      "--pid",
      "--fork",
      "true",
    ]);
    const container = startScript(`print(host.thisProcess()); setInterval(() => {}, 1e9);`, {
      wrapper: newPidNamespace,
    });
    const identity = await readLine<ProcessIdentity>(container);
    const finding = await runScript<Finding>(`print(host.proveDeath(input, { sameMachine: true }));`, {
      wrapper: ["nsenter", `--pid=/proc/${container.pid}/ns/pid_for_children`],
      input: identity,
    });
    expect(finding).toEqual({
      verdict: "unknown",
      evidence: "/proc belongs to another pid namespace, so process 1 cannot be looked up",
    });
  });

  test("C5 seen from another time namespace, where every start time reads differently, this process is unknown", async (context) => {
    const wrapper = ["unshare", "--time", "--boottime", "1000", "--fork", "--kill-child"];
    need(context, "root, time namespaces and unshare(1)", [...wrapper, "true"]);
    const found = await runScript<{ startTime: string; finding: Finding }>(
      `print({ startTime: host.processStartTime(input.pid), finding: host.proveDeath(input, { sameMachine: true }) });`,
      { wrapper, input: thisProcess() },
    );
    expect(found.startTime).not.toBe(thisProcess().processStartTime);
    expect(found.finding.verdict).toBe("unknown");
    expect(found.finding.evidence).toContain("time namespace");
  });

  test("a hidden /proc is no proof, and a free number still is", async (context) => {
    const hidden = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"];
    const mounted = `mount -t proc -o hidepid=2 proc /proc && exec "$@"`;
    need(context, "root, unshare(1) and hidepid", [...hidden, mounted, "sh", "true"]);
    const found = await runScript<{ shown: boolean; before: Finding; after: Finding }>(
      `
      const child = spawn("cat", [], { stdio: ["pipe", "ignore", "inherit"] });
      const identity = host.processOf(child.pid);
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      const shown = fs.existsSync("/proc/" + child.pid);
      const before = host.proveDeath(identity, { sameMachine: true });
      child.stdin.end();
      await once(child, "exit");
      print({ shown, before, after: host.proveDeath(identity, { sameMachine: true }) });`,
      { wrapper: [...hidden, mounted, "sh"] },
    );
    expect(found).toMatchObject({ shown: false, before: { verdict: "unknown" }, after: { verdict: "dead" } });
  });

  test("a container that made up its own boot id does not take everyone else for dead", async (context) => {
    const masked = ["unshare", "--mount", "sh", "-c"];
    const mounted = `mount -t tmpfs none /mnt && echo 00000000-0000-4000-8000-000000000000 >/mnt/id &&
      mount --bind /mnt/id /proc/sys/kernel/random/boot_id && exec "$@"`;
    need(context, "root and unshare(1)", [...masked, mounted, "sh", "true"]);
    const found = await runScript<{ boot: string; finding: Finding }>(
      `print({ boot: host.bootId(), finding: host.proveDeath(input, { sameMachine: true }) });`,
      { wrapper: [...masked, mounted, "sh"], input: thisProcess() },
    );
    expect(found.boot).toBe("private:00000000-0000-4000-8000-000000000000");
    expect(found.finding.verdict).toBe("unknown");
  });

  test("P14 a program's name cannot forge its state or start time", async () => {
    const directory = mkdtempSync(join(tmpdir(), "tenure-host-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const program = join(directory, "a) R 1 (x");
    writeFileSync(program, "#!/bin/sh\necho 1\nread forever\n");
    chmodSync(program, 0o755);
    const child = start([program]);
    await readLine(child);
    const identity = processOf(child.pid);
    expect(BigInt(identity.processStartTime ?? 0)).toBeGreaterThanOrEqual(BigInt(thisProcess().processStartTime ?? 0));
    expect(verdictOn(identity)).toBe("alive");
    child.kill("SIGSTOP");
    await eventually(() => processState(identity), "stopped");
    child.kill("SIGCONT");
    await end(child);
    expect(verdictOn(identity)).toBe("dead");
  });
});

function unusedPid(): number {
  for (let pid = 30_000; pid > 1_000; pid -= 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return pid;
    }
  }
  throw new Error("every process number is in use");
}
