import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { COMMAND, Sandbox, type Ended, type Running } from "./sandbox.ts";

const before = `{ "leader_id" : "agent-1",
  "leader_epoch": 7,  "notes": [1.50, "é"],
  "last_heartbeat": "2026-01-06T12:00:00+00:00", "ttl_ms": 300 }
`;

/** A sandbox with a foreign leader file in it, adopted as the lease `orders`. */
class Adoption {
  readonly sandbox = new Sandbox();
  readonly path: string = join(this.sandbox.directory, "state.json");

  constructor() {
    writeFileSync(this.path, before);
  }

  get text(): string {
    return readFileSync(this.path, "utf8");
  }

  get fields(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>;
  }

  /** As another program would: a new file in the place of the old one. */
  change(fields: Readonly<Record<string, unknown>>): void {
    writeFileSync(`${this.path}.new`, JSON.stringify({ ...this.fields, ...fields }));
    renameSync(`${this.path}.new`, this.path);
  }

  args(verb: "--own" | "--undo", ...more: string[]): string[] {
    return ["adopt", this.path, verb, "--name", "orders", "--timeout", "20s", ...more];
  }

  /** A command that leads until it is told to end. */
  lead(...more: string[]): Running {
    return this.sandbox.start(["run", "orders", "--ttl", "3s", "-v", ...more, "--", "sleep", "600"]);
  }

  /** Runs a verb in a process in which a file of this folder has run first. */
  async preloaded(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const path = fileURLToPath(new URL(`children/${file}`, import.meta.url));
    return await this.sandbox.startProcess(process.execPath, ["--require", path, COMMAND, ...args], env).ended;
  }

  /** Kills the verb before its Nth change of a file. `false`: it makes fewer, and was done. */
  async killAt(call: number, args: readonly string[]): Promise<boolean> {
    const { code, stderr } = await this.preloaded("kill-at-call.cjs", args, { KILL_AT_CALL: String(call) });
    if (code !== 137 && code !== 0) throw new Error(`killed at call ${call}, it ended with ${code}: ${stderr}`);
    return code === 137;
  }
}

describe("tenure adopt --own", () => {
  test("waits for a holder that may still lead, and leads above its epoch; what is not the lease's stays byte for byte", async () => {
    const adoption = new Adoption();
    const owning = await adoption.sandbox.run(adoption.args("--own"));
    expect(owning).toMatchObject({ code: 0 });
    expect(owning.stderr).toContain('waiting for "agent-1", epoch 7');
    expect(adoption.text).toMatch(
      /^\{ "leader_id" : null,\n {2}"leader_epoch": 8, {2}"notes": \[1\.50, "é"\],\n {2}"last_heartbeat": "[^"]+Z", "ttl_ms": 15000 \}\n$/u,
    );
    const again = await adoption.sandbox.run(adoption.args("--own"));
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("was adopted already") as string });
    expect(adoption.fields["leader_epoch"]).toBe(8);
  });

  test("gives up when its holder goes on renewing for the whole timeout, and changes nothing", async () => {
    const adoption = new Adoption();
    adoption.change({ ttl_ms: 60_000 });
    const text = adoption.text;
    const { code, stderr } = await adoption.sandbox.run(["adopt", adoption.path, "--own", "--timeout", "300ms"]);
    expect({ code, stderr }).toEqual({ code: 124, stderr: expect.stringContaining("nothing was changed") as string });
    expect(adoption.text).toBe(text);
  });

  test("the file says who leads while a command runs, and that nobody does afterwards", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    const leading = adoption.lead("--holder", "worker-a");
    await leading.line(/started process/u);
    await expect.poll(() => adoption.fields).toMatchObject({ leader_id: "worker-a", leader_epoch: 9, ttl_ms: 3_000 });
    const renewed = adoption.fields["last_heartbeat"];
    await expect.poll(() => adoption.fields["last_heartbeat"]).not.toBe(renewed);
    leading.signal("SIGTERM");
    await leading.ended;
    expect(adoption.fields).toMatchObject({ leader_id: null, leader_epoch: 9 });
  });

  test("killed before any of its writes it leaves a whole file that never went back, and is done by trying again", async () => {
    const adoption = new Adoption();
    let epoch = 7;
    let killed = 0;
    for (let call = 1; await adoption.killAt(call, adoption.args("--own")); call++) {
      const now = Number(adoption.fields["leader_epoch"]);
      expect(now).toBeGreaterThanOrEqual(epoch);
      expect(adoption.fields["notes"]).toEqual([1.5, "é"]);
      epoch = now;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(3);
    expect((await adoption.sandbox.run(adoption.args("--own"))).code).toBe(0);
    expect(adoption.fields).toMatchObject({ leader_id: null });
    expect(readdirSync(adoption.sandbox.directory).filter((file) => file.includes(".tenure-"))).toEqual([]);
    const leading = adoption.lead("--holder", "worker-a");
    await leading.line(/started process/u);
    await expect.poll(() => adoption.fields["leader_id"]).toBe("worker-a");
    expect(Number(adoption.fields["leader_epoch"])).toBeGreaterThan(epoch);
  }, 120_000);

  test("refuses a file that it could not give back to its owner, before it changed anything", async () => {
    const adoption = new Adoption();
    const { code, stderr } = await adoption.preloaded("not-the-owner.cjs", adoption.args("--own"), {
      NOT_OWNED: adoption.path,
    });
    expect({ code, stderr }).toEqual({ code: 77, stderr: expect.stringContaining("belongs to user 4711") as string });
    expect(adoption.text).toBe(before);
    expect(readdirSync(adoption.sandbox.state).filter((file) => file.includes("adopted"))).toEqual([]);
  });

  test("refuses a file of which only one name could be kept in step", async () => {
    const adoption = new Adoption();
    linkSync(adoption.path, `${adoption.path}.other`);
    const { code, stderr } = await adoption.sandbox.run(adoption.args("--own"));
    expect({ code, stderr }).toEqual({ code: 78, stderr: expect.stringContaining("hard links") as string });
  });
});

describe("one file is one lease", () => {
  test("a second is refused, however the file is spelled, and the way out that is named lets it in", async () => {
    const adoption = new Adoption();
    const { directory } = adoption.sandbox;
    await adoption.sandbox.run(adoption.args("--own"));
    const text = adoption.text;
    mkdirSync(join(directory, "folder"));
    symlinkSync(directory, join(directory, "folder", "link"));
    linkSync(adoption.path, join(directory, "other.json"));
    const spelled = ["state.json", "./folder/../state.json", "folder/link/state.json", "other.json"];
    for (const file of spelled) {
      const { code, stderr } = await adoption.sandbox.run(["adopt", file, "--own", "--name", "second"]);
      expect({ code, stderr }).toEqual({
        code: 64,
        stderr: expect.stringMatching(
          /lease "orders" .*tenure adopt \S*state\.json --undo --name orders\n$/u,
        ) as string,
      });
    }
    rmSync(join(directory, "other.json"));
    expect(adoption.text).toBe(text);
    expect(readdirSync(adoption.sandbox.state).filter((file) => file.endsWith(".adopted"))).toEqual(["orders.adopted"]);
    const unnamed = await adoption.sandbox.run(["adopt", "state.json", "--own"]);
    expect(unnamed).toMatchObject({ code: 0, stdout: /already as lease "orders"/u });
    expect((await adoption.sandbox.run(adoption.args("--undo"))).code).toBe(0);
    expect((await adoption.sandbox.run(["adopt", "state.json", "--own", "--name", "second"])).code).toBe(0);
  });

  test("of two that wait for its holder at once, one gets it", async () => {
    const adoption = new Adoption();
    adoption.change({ ttl_ms: 3_000 });
    const both = ["a", "b"].map((name) =>
      adoption.sandbox.start(["adopt", adoption.path, "--own", "--name", name, "--timeout", "20s"]),
    );
    await Promise.all(both.map((each) => each.line(/waiting for "agent-1"/u)));
    const codes = await Promise.all(both.map(async (each) => (await each.ended).code));
    expect(codes).toContain(64);
    expect(readdirSync(adoption.sandbox.state).filter((file) => file.endsWith(".adopted")).length).toBeLessThan(2);
  });

  test("what is remembered in the folder that commands find without being told counts as well", async () => {
    const adoption = new Adoption();
    const { directory } = adoption.sandbox;
    const elsewhere = join(directory, ".local", "state", "tenure");
    await adoption.sandbox.run(adoption.args("--own", "--dir", elsewhere));
    const way = `tenure adopt ${adoption.path} --undo --name orders --dir ${elsewhere}`;
    const named = await adoption.sandbox.run(adoption.args("--own"));
    expect(named).toMatchObject({ code: 64, stderr: expect.stringContaining(way) as string });
    await adoption.sandbox.run(["status", "--dir", adoption.sandbox.state]);
    const undone = await adoption.sandbox.run(adoption.args("--undo"));
    expect(undone).toMatchObject({ code: 64, stderr: expect.stringContaining(way) as string });
  });

  test("one lease is one file, and both ways out of it are named", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    writeFileSync(join(adoption.sandbox.directory, "other.json"), before);
    const { code, stderr } = await adoption.sandbox.run(["adopt", "other.json", "--own", "--name", "orders"]);
    expect(code).toBe(64);
    expect(stderr).toContain("--name gives this file another lease");
    expect(stderr).toContain(`tenure adopt ${adoption.path} --undo --name orders`);
  });
});

describe("a program that goes round tenure", () => {
  test("is found within one renewal, and put right; what it did is told and stands in the journal", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    const leading = adoption.lead("--holder", "worker-a");
    await leading.line(/started process/u);
    await expect.poll(() => adoption.fields["leader_id"]).toBe("worker-a");
    adoption.change({ leader_id: "intruder\u001b[31m", last_heartbeat: "2026-01-06T12:00:00+00:00" });
    const said = await leading.line(/round tenure/u);
    expect(said).toContain(`by a new file of user ${process.getuid?.()}`);
    expect(said).toContain('its heartbeat is written "2026-01-06T12:00:00+00:00"');
    expect(said).not.toContain("\u001b");
    await expect.poll(() => adoption.fields["leader_id"]).toBe("worker-a");
    await expect
      .poll(() => readFileSync(join(adoption.sandbox.state, "orders.journal.jsonl"), "utf8"))
      .toMatch(/"lease\.renewed".*"remark":"[^\n]*round tenure/u);
    const { stdout } = await adoption.sandbox.run(["history", "orders", "--evidence"]);
    expect(stdout).toMatch(/^epoch 9: .*was written round tenure/mu);
  });

  test("ends the term under the policy refuse; nobody leads until the file is adopted again", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own", "--on-foreign-write", "refuse"));
    const leading = adoption.lead();
    await leading.line(/started process/u);
    await expect.poll(() => adoption.fields["leader_epoch"]).toBe(9);
    adoption.change({ leader_id: "intruder", ttl_ms: 300 });
    expect(await leading.ended).toMatchObject({ code: 79 });
    expect(adoption.fields["leader_id"]).toBe("intruder");
    const { stdout } = await adoption.sandbox.run(["status", "orders"]);
    expect(stdout).toContain(`tenure adopt ${adoption.path} --own --name orders takes it over again`);
    const { code } = await adoption.sandbox.run(["run", "orders", "--no-wait", "--", "true"]);
    expect(code).toBe(75);
    expect((await adoption.sandbox.run(adoption.args("--own"))).code).toBe(0);
    expect((await adoption.sandbox.run(["run", "orders", "--", "true"])).code).toBe(0);
  });
});

describe("tenure adopt --undo", () => {
  test("hands the file back free, at the highest epoch, with the duration it had; tenure leads by it no more", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    await adoption.sandbox.run(["run", "orders", "--", "true"]);
    const { code, stdout } = await adoption.sandbox.run(adoption.args("--undo"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("nobody leads, epoch 10") as string });
    expect(adoption.text).toMatch(
      /^\{ "leader_id" : null,\n {2}"leader_epoch": 10, {2}"notes": \[1\.50, "é"\],\n {2}"last_heartbeat": "[^"]+Z", "ttl_ms": 300 \}\n$/u,
    );
    const text = adoption.text;
    expect((await adoption.sandbox.run(["run", "orders", "--no-wait", "--", "true"])).code).toBe(75);
    const again = await adoption.sandbox.run(adoption.args("--undo"));
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing was changed") as string });
    expect(adoption.text).toBe(text);
  });

  test("killed before any of its writes it leaves a whole file, and is done by trying again", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    let killed = 0;
    for (let call = 1; await adoption.killAt(call, adoption.args("--undo")); call++) {
      expect(adoption.fields).toMatchObject({ leader_id: null, notes: [1.5, "é"] });
      killed += 1;
    }
    expect(killed).toBeGreaterThan(3);
    expect((await adoption.sandbox.run(adoption.args("--undo"))).code).toBe(0);
    expect(adoption.fields).toMatchObject({ leader_id: null, ttl_ms: 300 });
    expect(readdirSync(adoption.sandbox.state).filter((file) => file.includes("adopted"))).toEqual([]);
  }, 120_000);

  test("finds the lease by the file, waits for whoever leads, and says who that is", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    const leading = adoption.lead("--holder", "worker-a");
    await leading.line(/started process/u);
    const undoing = adoption.sandbox.start(["adopt", "state.json", "--undo"]);
    await undoing.line(/waiting for "orders", held by "worker-a"/u);
    leading.signal("SIGTERM");
    expect(await undoing.ended).toMatchObject({ code: 0, stdout: /handed back.* lease "orders" is paused/u });
    expect(adoption.fields).toMatchObject({ leader_id: null, ttl_ms: 300 });
    const again = await adoption.sandbox.run(["adopt", "state.json", "--undo"]);
    expect(again).toMatchObject({ code: 0, stdout: /not adopted as any lease, .*nothing was changed/u });
  });

  test.each([
    ["another lease", "state.json", "other"],
    ["another file", "other.json", "orders"],
  ])("of %s is refused, and the right words are named", async (_, file, name) => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    writeFileSync(join(adoption.sandbox.directory, "other.json"), before);
    const { code, stderr } = await adoption.sandbox.run(["adopt", file, "--undo", "--name", name]);
    const way = `tenure adopt ${adoption.path} --undo --name orders`;
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining(way) as string });
    expect(readdirSync(adoption.sandbox.state)).toContain("orders.adopted");
  });

  test("of a file that is gone with its folder lets go of it, and makes none", async () => {
    const adoption = new Adoption();
    const folder = join(adoption.sandbox.directory, "folder");
    mkdirSync(folder);
    renameSync(adoption.path, join(folder, "state.json"));
    await adoption.sandbox.run(["adopt", "folder/state.json", "--own", "--name", "orders"]);
    rmSync(folder, { recursive: true });
    const { code, stdout } = await adoption.sandbox.run(["adopt", "folder/state.json", "--undo"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("tenure resume orders") as string });
    writeFileSync(adoption.path, before);
    expect((await adoption.sandbox.run(adoption.args("--own"))).code).toBe(0);
    expect((await adoption.sandbox.run(["run", "orders", "--", "true"])).code).toBe(0);
  });

  test("of a lease that was moved away hands the file back, so that it can be adopted where the lease is now", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"), { TENURE_FLOOR_DIR: "" });
    const there = { TENURE_DIR: join(adoption.sandbox.directory, ".local", "state", "tenure"), TENURE_FLOOR_DIR: "" };
    await adoption.sandbox.json(["move", "orders", "--to-dir", there.TENURE_DIR], { TENURE_FLOOR_DIR: "" });
    const { code, stdout } = await adoption.sandbox.run(["adopt", "state.json", "--undo", "--timeout", "5s"], {
      TENURE_FLOOR_DIR: "",
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("handed back") as string });
    expect(stdout).not.toContain("take it over again");
    expect((await adoption.sandbox.run(adoption.args("--own"), there)).code).toBe(0);
  });

  test("leaves a lease of which everything says how it is led again, and that way works", async () => {
    const adoption = new Adoption();
    await adoption.sandbox.run(adoption.args("--own"));
    const way = `tenure adopt ${adoption.path} --own --name orders`;
    const undone = await adoption.sandbox.run(["adopt", "state.json", "--undo"]);
    expect(undone.stdout).toContain(way);
    for (const words of ["status orders", "run orders --no-wait -- true", "run orders --timeout 10ms -- true"]) {
      const { stdout, stderr } = await adoption.sandbox.run(words.split(" "));
      expect(stdout + stderr).toContain(way);
      expect(stdout + stderr).not.toMatch(/resume/u);
    }
    const { findings } = await adoption.sandbox
      .run(["doctor", "orders", "--json"])
      .then(({ stdout }) => JSON.parse(stdout) as { readonly findings: readonly Record<string, unknown>[] });
    expect(findings).toMatchObject([
      { ruleId: "paused", evidence: [expect.stringContaining(way) as string], change: /^leave it so/u },
    ]);
    expect((await adoption.sandbox.run(way.split(" ").slice(1))).code).toBe(0);
    expect((await adoption.sandbox.run(["run", "orders", "--", "true"])).code).toBe(0);
    expect(adoption.fields).toMatchObject({ leader_id: null, leader_epoch: 11 });
  });
});

test("a file may be called anything: what is told to be typed is one word of it", async () => {
  const sandbox = new Sandbox();
  const path = join(sandbox.directory, "it's $(touch ran).json");
  writeFileSync(path, before);
  const adopted = await sandbox.run(["adopt", path, "--own", "--name", "orders"]);
  expect(adopted.code, adopted.stderr).toBe(0);
  const { code, stderr } = await sandbox.run(["adopt", path, "--own", "--name", "bills"]);
  expect(code).toBe(64);
  const [, told = ""] = /hand the file back first: tenure (.*)\n$/u.exec(stderr) ?? [];
  const undoing = ["-c", `"$0" "$1" ${told}`, process.execPath, COMMAND];
  expect(await sandbox.startProcess("sh", undoing).ended).toMatchObject({ code: 0, stdout: /handed back/u });
  expect(readdirSync(sandbox.directory)).not.toContain("ran");
});
