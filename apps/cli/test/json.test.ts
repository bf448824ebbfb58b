import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import { documentSchemas, type DocumentName } from "@tenure/schema";
import { failures } from "@tenure/schema/light";
import { expect, test } from "vitest";
import { runEventDocument } from "../src/output/run-event.ts";
import { verbGroups } from "../src/verbs.ts";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const subverbs: Readonly<Record<string, string>> = { fence: "fence verify", config: "config show" };
const verbs = verbGroups.flatMap((group) => Object.keys(group.verbs)).map((verb) => subverbs[verb] ?? verb);
const term = ["--holder", "worker-a", "--epoch", "1"];

/** What help says of `--json`, on one line. */
async function saidOfJson(sandbox: Sandbox, verb: string): Promise<string> {
  const { stdout } = await sandbox.run([...verb.split(" "), "--help"]);
  return (/^ {2}--json +(.*(?:\n {6,}\S.*)*)/mu.exec(stdout)?.[1] ?? "").replaceAll(/\s+/gu, " ");
}

/** The schemas it names: the first, and those of its options. */
function schemasIn(said: string): DocumentName[] {
  const named = /\(tenure schema (.*)\)$/u.exec(said)?.[1]?.split(/; of [^:]*: /u) ?? [];
  return named as DocumentName[];
}

/** Each line is a document. */
function documents(name: DocumentName, text: string): unknown[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => documentIn(name, line));
}

test.each(verbs)("the help of %s says what --json prints, by a schema that there is", async (verb) => {
  const said = await saidOfJson(new Sandbox(), verb);
  expect(said).toMatch(/^JSON: .*(?:one document|as a line|the names)/u);
  for (const name of schemasIn(said)) expect(Object.keys(documentSchemas)).toContain(name);
});

/** In this order each finds what it needs; the second schema that help names is that of an option. */
const asked: readonly (readonly [verb: string, args: readonly string[], schema: 0 | 1, code: number])[] = [
  ["acquire", ["orders", "--holder", "worker-a", "--no-process"], 0, 0],
  ["renew", ["orders", ...term], 0, 0],
  ["status", [], 0, 0],
  ["history", [], 0, 0],
  ["doctor", ["orders"], 0, 2],
  ["fence verify", ["mail", "--", "false"], 0, 69],
  ["transfer", ["orders", "--to", "worker-b"], 0, 0],
  ["break", ["orders", "--reason", "for a test"], 0, 0],
  ["pause", ["orders", "--for", "1m", "--reason", "for a test"], 0, 0],
  ["resume", ["orders"], 0, 0],
  ["release", ["orders", ...term], 0, 0],
  ["move", ["mail", "--to-dir", "elsewhere"], 0, 0],
  ["diagnose", ["state"], 0, 0],
  ["diagnose", ["state", "--learn"], 1, 0],
  ["adopt", ["leader.json", "--for", "100ms"], 0, 0],
  ["adopt", ["leader.json", "--own", "--name", "adopted"], 1, 0],
  ["prove", [], 0, 0],
  ["prove", ["--foreign", "client-go"], 1, 78],
  ["advise", ["--gap", "60s"], 0, 0],
  ["advise", ["--what-if", "orders"], 1, 0],
  ["simulate", ["--schedules", "1"], 0, 0],
  ["simulate", ["--hours", "1"], 1, 0],
];

/** Each folder has a floor of its own, so that a lease can move between two. */
const apart = { TENURE_FLOOR_DIR: "" };

test("what help says is what is printed: one document, by that schema", async () => {
  const sandbox = new Sandbox();
  const stamp = new Date(Date.now() - 3_600_000).toISOString();
  writeFileSync(
    join(sandbox.directory, "leader.json"),
    JSON.stringify({ leader_id: "x", leader_epoch: 3, last_heartbeat: stamp, ttl_ms: 1_000 }),
  );
  for (const _ of [1, 2]) await sandbox.run(["run", "mail", "--", "true"], apart);
  for (const [verb, args, at, code] of asked) {
    const name = schemasIn(await saidOfJson(sandbox, verb))[at];
    const words = [...verb.split(" "), ...withJson(args)];
    const ended = await sandbox.run(words, apart);
    expect({ words, code: ended.code }, ended.stderr).toEqual({ words, code });
    expect(documents(name ?? "error", ended.stdout), words.join(" ")).toHaveLength(1);
  }
}, 120_000);

/** Before what is the command's own. */
function withJson(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return end === -1 ? [...args, "--json"] : [...args.slice(0, end), "--json", ...args.slice(end)];
}

test("the README of the schemas says of every document which verb prints it, or that none does", () => {
  const readme = readFileSync(new URL("../../../packages/schema/README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("## The documents"), readme.indexOf("## What it promises"));
  for (const name of Object.keys(documentSchemas)) expect(section).toContain(`\`${name}\``);
  for (const verb of verbs) expect(section).toMatch(new RegExp(`\`${verb}(?: --[a-z]+)?\``, "u"));
});

test("what has no schema is one document all the same", async () => {
  const sandbox = new Sandbox();
  for (const words of [["init"], ["config", "show"], ["schema"], ["completion", "bash"]]) {
    const { code, stdout } = await sandbox.run([...words, "--json"]);
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual(expect.any(Object));
  }
  const unit = await sandbox.run(["systemd", "orders", "--json", "--", "true"]);
  expect(JSON.parse(unit.stdout)).toEqual({ unit: expect.stringContaining("[Unit]") as string });
  expect(JSON.parse((await sandbox.run(["schema", "status", "--json"])).stdout)).toHaveProperty("$schema");
});

test("what goes on is a document a line: events of run on stderr, of heartbeat on stdout, changes of watch and doctor", async () => {
  const sandbox = new Sandbox();
  const run = await sandbox.run(["run", "orders", "--json", "--", "echo", "mine"]);
  expect(run.stdout).toBe("mine\n");
  const events = run.stderr.trimEnd().split("\n");
  expect(events.map((line) => documentIn("run-event", line).type)).toContain("run.leading");
  const failed = await sandbox.run(["run", "orders", "--json", "--", "./no-such-command"]);
  expect(documentIn("error", failed.stdout).error.code).toBe("ENOSUCHCOMMAND");
  const holder = sandbox.startProcess("sleep", ["60"]);
  const pid = String(holder.child.pid);
  const acquired = await sandbox.json(["acquire", "mail", "--holder", "a", "--pid", pid, "--ttl", "3s"]);
  const watch = sandbox.start(["watch", "mail", "--json", "--renewals"]);
  const doctor = sandbox.start(["doctor", "--watch", "--json"]);
  await watch.line(/"mail"/u);
  const beat = ["heartbeat", "mail", "--holder", "a", "--epoch", String(acquired["epoch"]), "--pid", pid, "--json"];
  const heartbeat = sandbox.start(beat);
  await doctor.line(/"level"/u);
  await watch.line(/"renewals":2/u);
  await holder.end();
  const { stdout } = await heartbeat.ended;
  const told = stdout.trimEnd().split("\n");
  for (const line of told.slice(0, -1)) documentIn("event", line);
  expect(documentIn("error", told.at(-1) ?? "").error.code).toBe("ELEASELOST");
  for (const line of watch.lines) documentIn("status", line);
  for (const line of doctor.lines) documentIn("doctor", line);
  expect(watch.lines.length).toBeGreaterThan(1);
}, 30_000);

test("what a run tells of its command is of one lease and one moment, through a failure, a restart and the end of a budget", async () => {
  const sandbox = new Sandbox();
  const policy = ["--restart", "on-failure", "--restart-burst", "1", "--backoff", "10ms", "--on-exhausted", "stop"];
  const { stderr } = await sandbox.run(["run", "orders", ...policy, "--json", "--", "sh", "-c", "exec 2>&-; exit 3"]);
  const told = stderr
    .trimEnd()
    .split("\n")
    .map((line) => documentIn("run-event", line));
  const run = ["run.leading", "run.started", "run.child_ended", "run.recorded"];
  expect(told.map(({ type }) => type)).toEqual([...run, "run.restarting", ...run, "run.exhausted"]);
  expect(new Set(told.map(({ name }) => name))).toEqual(new Set(["orders"]));
  expect(told.map(({ time }) => time)).toEqual(told.map(({ time }) => time).toSorted());
});

test.each([
  [new LeaseError("ESTOREUNAVAILABLE", "the disk is full", { name: "orders", epoch: 3 }), "the disk is full"],
  [Object.assign(new Error("EIO: i/o error"), { code: "EIO" }), "EIO: i/o error"],
])("why a lease was not given back stands in what is told: %s", (error, message) => {
  const document = runEventDocument({ type: "run.release_failed", error }, "orders", "2026-01-31T08:30:00.000Z");
  expect(documentIn("run-event", JSON.stringify(document))).toMatchObject({
    error: { code: "ESTOREUNAVAILABLE", message },
  });
});

test("the list of exit codes has every one that a failure ends with, in help and in the README, once", async () => {
  const { stdout } = await new Sandbox().run(["--help"]);
  const list = stdout.slice(stdout.indexOf("Exit codes:"));
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const table = readme.slice(readme.indexOf("| code "), readme.indexOf("## Verbs"));
  // 130 is 128 + n.
  const codes = new Set(Object.values(failures).map(({ exitCode }) => exitCode));
  codes.delete(130);
  for (const code of codes) {
    expect([...list.matchAll(new RegExp(String.raw`\b${code}\b(?!\+)`, "gu"))], `${code}`).toHaveLength(1);
    expect(
      table.split("\n").filter((row) => new RegExp(String.raw`^\|[^|]*\b${code}\b(?!\+)`, "u").test(row)),
    ).toHaveLength(1);
  }
});
