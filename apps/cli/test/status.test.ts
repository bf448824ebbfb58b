import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { COMMAND, Sandbox } from "./sandbox.ts";

/** An option the quick way does not know, so that the whole program answers. */
const WHOLE_PROGRAM = "--insecure-directory";

async function withLeases(): Promise<Sandbox> {
  const sandbox = new Sandbox();
  const acquire = async (name: string, ...args: readonly string[]): Promise<unknown> =>
    await sandbox.json(["acquire", name, "--holder", "worker-é東", "--no-process", ...args]);
  await acquire("orders", "--ttl", "1h");
  await acquire("billing", "--ttl", "1h");
  await sandbox.run(["release", "billing", "--holder", "worker-é東", "--epoch", "1"]);
  await acquire("nightly", "--ttl", "1h");
  await sandbox.run(["break", "nightly", "--reason", "drill"]);
  return sandbox;
}

describe("tenure status", () => {
  test("without a state directory says so, ends with 0, and makes none", async () => {
    const sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run(["status"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`no store in ${sandbox.state} yet`);
    const document = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect(document).toEqual({ storeId: null, directory: sandbox.state, leases: [] });
    expect(readdirSync(sandbox.directory)).toEqual([]);
  });

  test("says the same the quick way and the whole one", async () => {
    const sandbox = await withLeases();
    for (const names of [[], ["orders"], ["nightly", "billing"], ["never-held"]]) {
      const quick = await sandbox.run(["status", ...names, "--json"]);
      const whole = await sandbox.run(["status", ...names, "--json", WHOLE_PROGRAM]);
      expect({ quick: quick.code, whole: whole.code }).toEqual({ quick: 0, whole: 0 });
      expect(ageless(quick.stdout)).toEqual(ageless(whole.stdout));
    }
    const { stdout } = await sandbox.run(["status"]);
    const whole = await sandbox.run(["status", WHOLE_PROGRAM]);
    expect(timeless(stdout)).toBe(timeless(whole.stdout));
  });

  test("needs no more than the one file that starts fast, also with a configuration", async () => {
    const sandbox = await withLeases();
    const alone = join(sandbox.directory, "alone.cjs");
    copyFileSync(COMMAND, alone);
    writeFileSync(join(sandbox.directory, "tenure.config.json"), '{"timing":{"leaseDuration":"20s"}}');
    for (const args of [["status"], ["status", "orders", "--json"], ["--version"]]) {
      const { code, stderr } = await sandbox.startProcess(process.execPath, [alone, ...args]).ended;
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
    }
  });

  test("shows who leads, the epoch and what remains, in a table without styles", async () => {
    const sandbox = await withLeases();
    const { stdout } = await sandbox.run(["status", "orders"]);
    expect(stdout).toMatch(/^LEASE +STATE +EPOCH +REMAINS +RENEWS IN +LEADS SINCE +HOLDER\n/u);
    expect(stdout).toMatch(
      /\norders +held +1 +~4\d m( \d+ s)? +~1\d m( \d+ s)? +\d\d:\d\d:\d\d \(\d.*\) +worker-é東\n/u,
    );
  });

  test("has colours when they are forced, and none with NO_COLOR", async () => {
    const sandbox = await withLeases();
    expect((await sandbox.run(["status"], { FORCE_COLOR: "1" })).stdout).toContain("\u001b[32mheld\u001b[39m");
    expect((await sandbox.run(["status"], { NO_COLOR: "1" })).stdout).not.toContain("\u001b");
  });

  test("ignores files whose names are no leases, and shows nothing of them", async () => {
    const sandbox = await withLeases();
    const before = await sandbox.run(["status", "--json"]);
    for (const name of ["a\u001b[2J.journal.jsonl", "\u202eevil.json", "x\ny.journal.jsonl", ".hidden.json"])
      writeFileSync(join(sandbox.state, name), "garbage");
    mkdirSync(join(sandbox.state, "folder.journal.jsonl.d"));
    const after = await sandbox.run(["status", "--json"]);
    expect(ageless(after.stdout)).toEqual(ageless(before.stdout));
    const { stdout } = await sandbox.run(["status"]);
    for (const trace of ["\u001b", "\u202e", "evil", "hidden"]) expect(stdout).not.toContain(trace);
  });

  test("asks for what it does not know, once however often it is named", async () => {
    const sandbox = await withLeases();
    const { code, stdout } = await sandbox.run(["status", "nosuch", "nosuch"]);
    expect(code).toBe(0);
    expect(stdout.match(/^nosuch /gmu)).toHaveLength(1);
    expect(stdout).toMatch(/^nosuch: nobody has led it here yet/mu);
  });

  test("shows a hostile identity in escapes, one line a lease", async () => {
    const sandbox = new Sandbox();
    // Such an identity cannot be acquired with.
    const refused = await sandbox.run(["acquire", "orders", "--no-process", "--holder", "a\u001b]0;owned\u0007b"]);
    expect(refused.code).toBe(64);
    expect(refused.stderr).not.toContain("\u001b");
    expect(refused.stderr).toContain("\\u001B");
  });

  test("F8 ends with 80 for a journal that cannot be read, and changes nothing", async () => {
    const sandbox = await withLeases();
    const [journal = ""] = readdirSync(sandbox.state).filter((file) => file.startsWith("orders.journal"));
    writeFileSync(join(sandbox.state, journal), "{\u0000garbage");
    for (const args of [
      ["status", "orders"],
      ["history", "orders"],
      ["acquire", "orders", "--no-process", "--no-wait"],
    ]) {
      const { code, stdout } = await sandbox.run([...args, "--json"]);
      expect(code).toBe(80);
      expect(documentIn("error", stdout).error).toMatchObject({ code: "ESTATECORRUPT" });
    }
  });

  test("refuses a store that is not the pinned one with 78", async () => {
    const sandbox = await withLeases();
    const { storeId } = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect((await sandbox.run(["status"], { TENURE_STORE_ID: String(storeId) })).code).toBe(0);
    for (const args of [["status"], ["acquire", "orders", "--no-process"]]) {
      const { code, stderr } = await sandbox.run(args, { TENURE_STORE_ID: "another" });
      expect(code).toBe(78);
      expect(stderr).toContain(`is store ${storeId}`);
    }
  });
});

function timeless(stdout: string): string {
  return stdout.replaceAll(/~?\d+(?:\.\d)? (?:ms|s|m(?: \d+ s)?)\b/gu, "T").replaceAll(/ {2,}/gu, "  ");
}

/** Without what goes on with time. */
function ageless(stdout: string): unknown {
  const document = documentIn("status", stdout);
  return { ...document, leases: document.leases.map((lease) => ({ ...lease, ageMs: 0, remainingMs: 0 })) };
}
