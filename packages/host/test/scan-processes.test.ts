import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { processOf, scanProcesses, systemHost } from "../src/index.ts";
import type { ProcReader } from "../src/index.ts";
import { withFiles } from "./fake-reader.ts";
import { end, readLine, startIdle, startScript } from "./kernel.ts";

describe.skipIf(process.platform !== "linux")("scanProcesses (needs Linux)", () => {
  const name = `scan-${randomUUID()}`;
  const startWith = (epoch: string) => startIdle({ env: { ...process.env, LEASE_NAME: name, LEASE_EPOCH: epoch } });
  const pids = (matchEnv: Parameters<typeof scanProcesses>[0]["matchEnv"]) =>
    [...scanProcesses({ matchEnv })].map((found) => found.process.pid);

  test("W1 finds what a dead leader left, by the lease it was started under", async () => {
    const [third, fourth] = [startWith("3"), startWith("4")];
    expect([...scanProcesses({ matchEnv: { LEASE_NAME: name, LEASE_EPOCH: "3" } })]).toEqual([
      { process: processOf(third.pid), processGroup: third.pid },
    ]);
    expect(pids({ LEASE_NAME: name, LEASE_EPOCH: (epoch) => Number(epoch) < 5 })).toEqual(
      expect.arrayContaining([third.pid, fourth.pid]),
    );
    await end(third);
    expect(pids({ LEASE_NAME: name })).toEqual([fourth.pid]);
  });

  test("a variable must be whole, and there", () => {
    startWith("33");
    expect(pids({ LEASE_NAME: name.slice(0, -1) })).toEqual([]);
    expect(pids({ LEASE_NAME: name, LEASE_EPOCH: "3" })).toEqual([]);
    expect(pids({ LEASE_NAME: name, LEASE_OTHER: () => true })).toEqual([]);
  });

  test("a process that changed its user is found, one whose environment the system hides is not", () => {
    const { pid } = startWith("7");
    const found = (reader: ProcReader): number => [...scanProcesses({ matchEnv: { LEASE_NAME: name } }, reader)].length;
    const readFile = (path: string): string => {
      const text = systemHost.readFile(path);
      return path === `/proc/${pid}/status` ? text.replace(/^Uid:.*$/mu, "Uid:\t7\t7\t7\t7") : text;
    };
    expect(found({ ...systemHost, readFile })).toBe(1);
    expect(found(withFiles({ [`/proc/${pid}/environ`]: null }))).toBe(0);
  });

  test("whoever scans does not find itself", async () => {
    const scan = `print([...host.scanProcesses({ matchEnv: { LEASE_NAME: input } })].map((found) => found.process.pid));`;
    const script = startScript(scan, { input: name, env: { LEASE_NAME: name } });
    expect(await readLine(script)).toEqual([]);
  });
});
