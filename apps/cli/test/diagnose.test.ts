import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const orchestrator = fileURLToPath(new URL("../../../examples/mappings/orchestrator.json", import.meta.url));

/** An orchestrator whose leaders end by themselves and release nothing, as such a system writes it. */
function abandoned(sandbox: Sandbox): string {
  const directory = join(sandbox.directory, "logs");
  mkdirSync(directory);
  const stamp = (seconds: number): string => new Date(Date.UTC(2026, 4, 3, 8) + seconds * 1_000).toISOString();
  const lines = [`[${stamp(0)}] [INFO] Check interval: 60s`];
  const states: string[] = [];
  for (let index = 0; index < 7; index++) {
    const [at, holder] = [10 + index * 300, `boss-${index}\u001b[31m\u202e`];
    lines.push(
      `[${stamp(at)}] [OK] Orchestrator started with PID: ${70 + index}`,
      `[${stamp(at + 2)}] [WARN] [${holder}] Took over the lease from stale leader boss (epoch ${index + 1})`,
      `[${stamp(at + 40)}] [ERROR]   PID: ${70 + index}, Exit Code: 0, Reason: gone`,
      `[${stamp(at + 270)}] [WARN] Leader lease expired 88s ago: ${holder} (epoch ${index + 1})`,
    );
    const state = { leader_id: holder, leader_epoch: index + 1, last_heartbeat: stamp(at + 2), ttl_ms: 180_000 };
    states.push(JSON.stringify({ committed_at: stamp(at + 5), state }));
  }
  writeFileSync(join(directory, "watchdog.log"), `${lines.join("\n")}\nno time\n`);
  writeFileSync(join(directory, "orchestrator-state.history.jsonl"), `${states.join("\n")}\n`);
  return directory;
}

describe("logs of another system", () => {
  test("the verdict, the causes with their lines, and what was not understood", async () => {
    const sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run(["diagnose", "--mapping", orchestrator, abandoned(sandbox)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/7 of 7 holders ended normally/u);
    expect(stdout).toMatch(/cause release-path-dead \(confidence high\)/u);
    expect(stdout).toMatch(/watchdog\.log:4: /u);
    expect(stdout).toMatch(/not understood: 1 line of watchdog\.log/u);
    for (const hidden of ["\u001b", "\u202e"]) expect(stdout).not.toContain(hidden);
  });

  test("--json is what its schema says, --markdown is safe to paste", async () => {
    const sandbox = new Sandbox();
    const directory = abandoned(sandbox);
    const json = await sandbox.run(["diagnose", directory, "--mapping", orchestrator, "--json"]);
    const { findings, unparsed } = documentIn("finding", json.stdout);
    expect(findings.map(({ ruleId }) => ruleId)).toContain("exited-without-release");
    expect(unparsed).toMatchObject([{ lines: 1 }]);
    const { stdout } = await sandbox.run(["diagnose", directory, "--mapping", orchestrator, "--markdown"]);
    expect(stdout).toMatch(/^# Why the lease was lost\n/u);
    for (const hidden of ["\u001b", "\u202e"]) expect(stdout).not.toContain(hidden);
  });

  test("--html writes a page beside the text, over an earlier one, and over no other file", async () => {
    const sandbox = new Sandbox();
    const [logs, page] = [abandoned(sandbox), join(sandbox.directory, "post-mortem.html")];
    const args = ["diagnose", logs, "--mapping", orchestrator, "--html"];
    for (let round = 0; round < 2; round++) {
      const { code, stdout, stderr } = await sandbox.run([...args, page]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^written: ".*\.html"\n$/u) as string,
      });
      expect(stdout).toMatch(/cause release-path-dead/u);
    }
    const written = readFileSync(page, "utf8");
    expect(written).toMatch(/^<!doctype html>\n<!-- tenure diagnose -->\n.*<svg .*<\/html>\n$/su);
    for (const hidden of ["\u001b", "\u202e"]) expect(written).not.toContain(hidden);
    const log = join(logs, "watchdog.log");
    const before = readFileSync(log, "utf8");
    const { code, stderr } = await sandbox.run([...args, log]);
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining("left as it is") as string });
    expect(readFileSync(log, "utf8")).toBe(before);
  });

  test("--learn drafts a mapping that --mapping takes, and says on stderr what it is unsure of", async () => {
    const sandbox = new Sandbox();
    const logs = abandoned(sandbox);
    const { code, stdout, stderr } = await sandbox.run(["diagnose", logs, "--learn"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^a draft: .*\nstate: .*unsure: whether the source of the line is the holder\n/su);
    for (const hidden of ["\u001b", "\u202e"]) expect(stderr).not.toContain(hidden);
    const path = join(sandbox.directory, "drafted.json");
    writeFileSync(path, stdout);
    const diagnosed = await sandbox.run(["diagnose", logs, "--mapping", path]);
    expect(diagnosed.stdout).toMatch(/7 of 7 holders ended normally/u);
    const both = await sandbox.run(["diagnose", logs, "--learn", "--markdown"]);
    expect(both).toMatchObject({ code: 64, stderr: expect.stringContaining("makes no diagnosis") as string });
  });

  test("without a mapping one is drafted and used, and rotated and packed logs are read", async () => {
    const sandbox = new Sandbox();
    const logs = abandoned(sandbox);
    const path = join(logs, "watchdog.log");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(`${path}.1`, lines.slice(0, 12).join("\n"));
    writeFileSync(`${path}.2.gz`, gzipSync(lines.slice(12, 20).join("\n")));
    writeFileSync(path, lines.slice(20).join("\n"));
    const { code, stdout } = await sandbox.run(["diagnose", logs, "--json"]);
    const { findings, verdict, files } = documentIn("finding", stdout);
    expect({ code, files }).toEqual({ code: 0, files: 4 });
    expect(verdict).toMatch(/^No mapping was given, so one was guessed .* 7 of 7 holders ended normally/u);
    expect(findings.filter(({ confidence }) => confidence === "high")).toEqual([]);
  });

  test("of a packed log that breaks off what came before counts, and that it does is said; so is what is none", async () => {
    const sandbox = new Sandbox();
    const logs = abandoned(sandbox);
    const path = join(logs, "watchdog.log");
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * index * 7_919) % 251)).toString(
      "hex",
    );
    const packed = gzipSync(`${readFileSync(path, "utf8")}${noise}`);
    writeFileSync(path, "");
    writeFileSync(`${path}.1.gz`, packed.subarray(0, packed.length - 200));
    writeFileSync(`${path}.2.gz`, "no archive");
    const { code, stdout, stderr } = await sandbox.run(["diagnose", logs, "--mapping", orchestrator, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { findings, missing } = documentIn("finding", stdout);
    expect(findings.map(({ ruleId }) => ruleId)).toContain("release-path-dead");
    expect(missing.join("\n")).toMatch(
      /watchdog\.log\.1\.gz \(gzip that breaks off: .+\), watchdog\.log\.2\.gz \(gzip that breaks off: .+\)/u,
    );
    const drafted = await sandbox.run(["diagnose", logs, "--learn"]);
    expect(drafted.code).toBe(0);
  });

  test.each([
    ["garbage behind it", (packed: Buffer) => Buffer.concat([packed, Buffer.from("garbage")])],
    ["another archive behind it that is damaged", (packed: Buffer) => Buffer.concat([packed, packed.subarray(0, 11)])],
  ])("of a packed log with %s each line before counts", async (_, spoil) => {
    const sandbox = new Sandbox();
    const logs = abandoned(sandbox);
    const path = join(logs, "watchdog.log");
    const whole = documentIn(
      "finding",
      (await sandbox.run(["diagnose", logs, "--mapping", orchestrator, "--json"])).stdout,
    );
    const packed = gzipSync(readFileSync(path));
    rmSync(path);
    writeFileSync(`${path}.1.gz`, spoil(packed));
    const { code, stdout } = await sandbox.run(["diagnose", logs, "--mapping", orchestrator, "--json"]);
    const { findings, missing, lines } = documentIn("finding", stdout);
    expect({ code, lines }).toEqual({ code: 0, lines: whole.lines });
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(whole.findings.map(({ ruleId }) => ruleId));
    expect(missing.join("\n")).toMatch(/watchdog\.log\.1\.gz \(gzip that breaks off: .+, at byte \d+\)/u);
  });

  test("--since-change says that nothing changed, by which test", async () => {
    const sandbox = new Sandbox();
    const args = ["diagnose", abandoned(sandbox), "--mapping", orchestrator, "--since-change", "2026-05-03T08:15:12Z"];
    const { stdout } = await sandbox.run(args);
    expect(stdout).toMatch(
      /fix of 2026-05-03T08:15:12\.000Z changed nothing: .*\(3 terms\)\s+and\s+.*\(3\),\s+Mann-Whitney/su,
    );
  });

  test("--fix takes the time of the commit from git, and says when so few gaps can tell nothing", async () => {
    const sandbox = new Sandbox();
    const logs = abandoned(sandbox);
    const at = { GIT_COMMITTER_DATE: "2026-05-03T10:15:12+02:00", GIT_AUTHOR_DATE: "2026-05-01T00:00:00Z" };
    const git = (...args: string[]): void => {
      const as = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
      execFileSync("git", ["-C", sandbox.directory, ...as, ...args], { env: { ...process.env, ...at } });
    };
    git("init", "--quiet");
    git("commit", "--quiet", "--allow-empty", "-m", "beat\u001b[31m faster");
    const repository = ["--repository", sandbox.directory];
    const args = ["diagnose", logs, "--mapping", orchestrator, "--fix", "HEAD", ...repository];
    const { effects } = documentIn("finding", (await sandbox.run([...args, "--json"])).stdout);
    expect(effects).toMatchObject([
      { at: "2026-05-03T08:15:12.000Z", before: 3, after: 3, leastP: 0.1, answer: "cannot-tell" },
    ]);
    const { stdout } = await sandbox.run(args);
    expect(stdout).toMatch(/changes\n {2}2026-05-03T08:15:12\.000Z \([0-9a-f]{10} beat.* faster\)/u);
    expect(stdout).not.toContain("\u001b");
    for (const commit of ["no-such", "--output=written", "HEAD:x"]) {
      const { code, stderr } = await sandbox.run(["diagnose", logs, `--fix=${commit}`, ...repository]);
      expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining("git knows no commit") as string });
    }
  });

  test("where nothing is understood, by a draft neither, it says what is missing", async () => {
    const sandbox = new Sandbox();
    const path = join(sandbox.directory, "a.log");
    writeFileSync(path, "[2026-05-03T08:00:00Z] [INFO] a page was served\n");
    const { code, stdout } = await sandbox.run(["diagnose", path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^No line of this file is known to tell of a lease, so I .*\. What is missing: who acquired/u,
    );
  });
});

test("--fix finds in git what the commit took out, and that it is printed still", async () => {
  const sandbox = new Sandbox();
  const guard = join(sandbox.directory, "guard.sh");
  const commit = (content: string, date: string): void => {
    writeFileSync(guard, content);
    const as = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    const env = { ...process.env, GIT_COMMITTER_DATE: date };
    for (const args of [
      ["init", "--quiet"],
      ["add", "guard.sh"],
      ["commit", "--quiet", "-m", "guard"],
    ])
      execFileSync("git", ["-C", sandbox.directory, ...as, ...args], { env });
  };
  commit('log "Lease of $1 looks stale, waiting"\nlog "Looking at the lease"\n', "2026-05-03T08:00:00Z");
  commit('log "Looking at the lease"\n', "2026-05-03T08:10:00Z");
  const mapping = { name: "guard", messages: [{ kind: "poller-started", match: "^Guard up" }] };
  writeFileSync(join(sandbox.directory, "mapping.json"), JSON.stringify(mapping));
  const log = join(sandbox.directory, "guard.log");
  const lines = [
    "07:59:00Z Guard up",
    "08:05:00Z Lease of a looks stale, waiting",
    "08:20:00Z Lease of b looks stale, waiting",
  ];
  writeFileSync(log, lines.map((line) => `2026-05-03T${line}\n`).join(""));
  const args = ["diagnose", log, "--mapping", join(sandbox.directory, "mapping.json"), "--json"];
  const { stdout } = await sandbox.run([...args, "--fix", "HEAD", "--repository", sandbox.directory]);
  expect(documentIn("finding", stdout).findings).toMatchObject([
    { ruleId: "fix-not-loaded", confidence: "high", evidence: [{ line: 1 }, { line: 1 }, { line: 3 }] },
  ]);
});

describe("what other programs keep", () => {
  /** A real repository in which a state file is emptied between two leaders. */
  function repository(sandbox: Sandbox, file: string): string {
    const directory = join(sandbox.directory, "repository");
    mkdirSync(directory);
    const git = (minute: number, ...args: readonly string[]): void => {
      const date = `2026-05-03T08:0${minute}:00Z`;
      const env = { ...sandbox.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      const who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgSign=false"];
      execFileSync("git", ["-C", directory, ...who, ...args], { env, stdio: "ignore" });
    };
    git(0, "init");
    const lease = (holder: string, epoch: number): string =>
      JSON.stringify({ leader_id: holder, leader_epoch: epoch, ttl_ms: 180_000 });
    for (const [minute, content] of [lease("a", 5), "", lease("b", 1)].entries()) {
      writeFileSync(join(directory, file), content);
      git(minute, "add", "--all");
      git(minute, "commit", "-m", "x");
    }
    return join(directory, file);
  }

  test("--git reads every version of a state file that git has, also of a file with a hostile name", async () => {
    for (const file of ["orchestrator-state.json", "-- orchestrator-state\u001b[31m.json"]) {
      const sandbox = new Sandbox();
      const path = repository(sandbox, file);
      const { code, stdout, stderr } = await sandbox.run(["diagnose", "--git", path, "--mapping", orchestrator]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^The epoch went back from 5 to 1 .*emptied or deleted in\s+between/su);
      expect(stdout).not.toContain("\u001b");
    }
  });

  test("--git says what git says where there is no history", async () => {
    const sandbox = new Sandbox();
    writeFileSync(join(sandbox.directory, "state.json"), "{}");
    const { code, stderr } = await sandbox.run(["diagnose", "--git", join(sandbox.directory, "state.json")]);
    expect(stderr).toMatch(/git cannot tell that file's history: .*not a git repository/u);
    expect(code).toBe(69);
    const without = await sandbox.run(["diagnose", "--git", join(sandbox.directory, "state.json")], { PATH: "" });
    expect(without.stderr).toMatch(/git cannot tell that file's history: .*ENOENT/u);
  });

  test("a log without a year is dated by its file, and --lease chooses", async () => {
    const sandbox = new Sandbox();
    const log = join(sandbox.directory, "ctl.log");
    const line = (minute: number, name: string): string =>
      `I0402 09:0${minute}:00.000000       1 leaderelection.go:258] successfully acquired lease press/${name}\n`;
    writeFileSync(log, line(1, "ctl") + line(2, "ctl") + line(3, "other"));
    utimesSync(log, new Date("2026-04-03T00:00:00Z"), new Date("2026-04-03T00:00:00Z"));
    const times = async (...args: readonly string[]): Promise<string[]> => {
      const { stdout } = await sandbox.run(["diagnose", log, "--json", ...args]);
      return documentIn("finding", stdout).terms.map(({ acquireTime }) => acquireTime);
    };
    expect(await times()).toEqual(["2026-04-02T09:01:00.000Z", "2026-04-02T09:02:00.000Z"]);
    expect(await times("--lease", "press/other")).toEqual(["2026-04-02T09:03:00.000Z"]);
  });
});

test("tenure's own journal explains each of its terms, also one whose holder was killed", async () => {
  const sandbox = new Sandbox();
  await sandbox.run(["run", "orders", "--", process.execPath, "-e", ""]);
  const killed = sandbox.start([
    "run",
    "orders",
    "--verbose",
    "--",
    process.execPath,
    "-e",
    "setInterval(() => {}, 1000)",
  ]);
  await killed.line(/started process/u);
  killed.signal("SIGKILL");
  await killed.ended;
  await sandbox.run(["run", "orders", "--", process.execPath, "-e", ""]);
  const { findings, terms } = documentIn("finding", (await sandbox.run(["diagnose", sandbox.state, "--json"])).stdout);
  expect(terms.map(({ epoch, explanation }) => [epoch, explanation.replace(/:.*/u, "")])).toEqual([
    [1, "its holder gave it back (completed)"],
    [2, "its holder's process died, which its successor proved"],
    [3, "its holder gave it back (completed)"],
  ]);
  expect(findings).toMatchObject([{ ruleId: "holder-died", part: "cause" }]);
  const journal = join(sandbox.state, "orders.journal.jsonl");
  expect((await sandbox.run(["diagnose", journal])).stdout).toMatch(/^1 file, \d+ lines read$/mu);
});

test("of journals of several leases each term has its name, --lease leaves one, and a line that is lost is told", async () => {
  const sandbox = new Sandbox();
  for (const name of ["orders", "orders", "stock", "stock"])
    await sandbox.run(["run", name, "--", process.execPath, "-e", ""]);
  const both = await sandbox.run(["diagnose", sandbox.state]);
  for (const name of ["orders", "stock"]) expect(both.stdout).toMatch(new RegExp(`^  ${name}, epoch 2, `, "mu"));
  const markdown = await sandbox.run(["diagnose", sandbox.state, "--markdown"]);
  expect(markdown.stdout).toMatch(/^\| stock: 2 \|/mu);
  const stock = documentIn(
    "finding",
    (await sandbox.run(["diagnose", sandbox.state, "--lease", "stock", "--json"])).stdout,
  );
  expect(stock.terms.map(({ name }) => name)).toEqual(["stock", "stock"]);
  const journal = join(sandbox.state, "orders.journal.jsonl");
  const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
  writeFileSync(journal, `${lines.toSpliced(1, 1).join("\n")}\n`);
  const { stdout } = await sandbox.run(["diagnose", journal]);
  expect(stdout).not.toMatch(/Nothing is wrong/u);
  expect(stdout).toMatch(/missing: 1 line that is lost within orders\.journal\.jsonl/u);
  expect(stdout).toMatch(/^  epoch 2, /mu);
});

describe("what cannot be read ends with its own code", () => {
  test.each<readonly [what: string, args: readonly string[], exitCode: number, message: RegExp]>([
    ["no path", [], 64, /missing required argument 'path'/u],
    ["a path that is not there", ["nowhere"], 69, /nowhere: there is no such file or folder/u],
    ["a mapping that is not there", [".", "--mapping", "nowhere"], 69, /nowhere: there is no such file/u],
    ["a time that is none", [".", "--since-change", "yesterday"], 64, /RFC 3339/u],
    ["two outputs", [".", "--json", "--markdown"], 64, /exclude each other/u],
  ])("%s", async (_, args, exitCode, message) => {
    const { code, stderr } = await new Sandbox().run(["diagnose", ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(exitCode);
  });

  test.each<readonly [what: string, text: string, message: RegExp]>([
    ["no JSON", "{", /is no mapping .*not JSON/u],
    ["an unknown kind", '{"name":"x","messages":[{"kind":"eaten","match":"x"}]}', /\/messages\/0\/kind/u],
    ["no expression", '{"name":"x","messages":[{"kind":"acquired","match":"("}]}', /no regular expression/u],
    ["an unknown key", '{"name":"x","messages":[],"mesages":[]}', /mesages/u],
  ])("a mapping with %s", async (_, text, message) => {
    const sandbox = new Sandbox();
    writeFileSync(join(sandbox.directory, "m.json"), text);
    const { code, stderr } = await sandbox.run([
      "diagnose",
      sandbox.directory,
      "--mapping",
      join(sandbox.directory, "m.json"),
    ]);
    expect(stderr).toMatch(message);
    expect(code).toBe(78);
  });
});
