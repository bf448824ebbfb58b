import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { COMMAND, Sandbox } from "./sandbox.ts";

const acquire = ["acquire", "orders", "--no-process", "--json"];

describe("what the machine refuses", () => {
  test("P10 too few file descriptors end with 69, a clear error and nothing lost", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(["acquire", "orders", "--no-process"]);
    // As few as Node itself still starts with, and a few more.
    const limited = (limit: number): Promise<{ code: number; stdout: string; stderr: string }> =>
      sandbox.startProcess("bash", [
        "-c",
        `ulimit -n ${limit} && exec "$0" "$@"`,
        process.execPath,
        COMMAND,
        "acquire",
        `billing-${limit}`,
        "--no-process",
        "--no-wait",
        "--json",
      ]).ended;
    const outcomes = await Promise.all([18, 19, 20, 21, 22].map(limited));
    for (const { code, stdout, stderr } of outcomes) {
      if (code === 0) continue;
      // Node may be too short of descriptors to come as far as us.
      if (stdout === "" && !stderr.includes("tenure:")) continue;
      expect(code, stderr).toBe(69);
      expect(documentIn("error", stdout).error.message).toContain("ulimit -n");
    }
    const { leases } = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect(leases).toEqual(expect.arrayContaining([expect.objectContaining({ name: "orders", epoch: 1 })]));
  });

  test("F5 a state folder that others may write to ends with 77, and says how to mend it", async () => {
    const sandbox = new Sandbox();
    mkdirSync(sandbox.state);
    chmodSync(sandbox.state, 0o777);
    const { code, stdout } = await sandbox.run(acquire);
    expect(code).toBe(77);
    const { error } = documentIn("error", stdout);
    expect(error.code).toBe("EPERMISSION");
    expect(error.message).toContain("chmod");
    expect((await sandbox.run([...acquire, "--insecure-directory"])).code).toBe(0);
  });

  test("F6 whoever waits for a full disk is told so, also where nobody asked to be told", async () => {
    const sandbox = new Sandbox();
    await sandbox.json(["acquire", "orders", "--pid", String(process.pid)]);
    const { epoch, holderIdentity } =
      documentIn("status", (await sandbox.run(["status", "--json"])).stdout).leases[0] ?? {};
    await sandbox.run(["release", "orders", "--holder", String(holderIdentity), "--epoch", String(epoch)]);
    for (const verb of [
      ["run", "orders", "--timeout", "2s", "--", "true"],
      ["acquire", "orders", "--no-process", "--timeout", "2s"],
    ]) {
      const limited = ["-c", 'ulimit -f 0 && exec "$0" "$@"', process.execPath, COMMAND, ...verb];
      const { code, stderr } = await sandbox.startProcess("bash", limited).ended;
      expect(code).toBe(124);
      expect(stderr).toMatch(/^tenure: still waiting: .*file size limit/mu);
    }
  });

  test("the folder of the floor is named for what it is where it cannot be made", async () => {
    const floors = { TENURE_FLOOR_DIR: "/dev/null/floors" };
    const { code, stderr } = await new Sandbox().run(acquire, floors);
    expect(code).toBe(77);
    expect(stderr).toMatch(/no place for the floor of \S+, .* in \/dev\/null\/floors: .*TENURE_FLOOR_DIR/u);
  });

  test("a stdout that takes nothing is named", async () => {
    const sandbox = new Sandbox();
    const { code, stderr } = await sandbox.startProcess("sh", [
      "-c",
      '"$0" "$1" schema > /dev/full',
      process.execPath,
      COMMAND,
    ]).ended;
    expect({ code, stderr }).toEqual({
      code: 69,
      stderr: expect.stringMatching(/^tenure: cannot write to stdout: ENOSPC/u),
    });
  });

  test("nobody is left leading who never learnt of it: what could not be printed was given back", async () => {
    const sandbox = new Sandbox();
    const acquireIt = '"$0" "$1" acquire orders --no-process --json > /dev/full';
    const { code, stderr } = await sandbox.startProcess("sh", ["-c", acquireIt, process.execPath, COMMAND]).ended;
    expect({ code, stderr }).toEqual({
      code: 69,
      stderr: expect.stringMatching(/^tenure: cannot write to stdout: ENOSPC[^\n]*\n$/u),
    });
    expect((await sandbox.json(["status"]))["leases"]).toMatchObject([{ state: "free", epoch: 1 }]);
  });

  test("a copy for readers that cannot be written is told once, and fails nothing", async () => {
    const sandbox = new Sandbox();
    mkdirSync(join(sandbox.state, "orders.json"), { recursive: true, mode: 0o700 });
    const { code, stderr } = await sandbox.run(["acquire", "orders", "--no-process"]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^tenure: the copy for readers, \S+orders\.json, is not written: [^\n]*\n$/u),
    });
  });

  test("a folder that was removed under its shell is named in words", async () => {
    const sandbox = new Sandbox();
    const there = 'mkdir gone; cd gone; rmdir ../gone; exec "$0" "$1" status';
    const { code, stderr } = await sandbox.startProcess("sh", ["-c", there, process.execPath, COMMAND]).ended;
    expect({ code, stderr }).toEqual({
      code: 69,
      stderr: "tenure: the folder that this runs in was removed; change to one that is there\n",
    });
  });

  test("a path that is not there is named in words", async () => {
    const { code, stderr } = await new Sandbox().run(["diagnose", "missing.log"]);
    expect({ code, stderr }).toEqual({ code: 69, stderr: "tenure: missing.log: there is no such file or folder\n" });
  });
});
