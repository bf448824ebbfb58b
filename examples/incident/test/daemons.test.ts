import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Pair, until } from "./support/pair.ts";

const built = fileURLToPath(new URL("../dist", import.meta.url));
const REGISTRY = [{ id: "leader-of-two-days-ago", role: "orchestrator", lastHeartbeatMs: 0 }];

interface Run {
  readonly startTime: string;
  readonly end: string;
  readonly lastOutput: string;
}

interface Finding {
  readonly ruleId: string;
  readonly evidence: readonly string[];
}

/** The old system's programs, where they can be changed. */
function installed(pair: Pair): string {
  cpSync(built, pair.at("programs"), { recursive: true });
  writeFileSync(pair.at("package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(pair.at("registry.json"), JSON.stringify(REGISTRY));
  return pair.at("programs/old");
}

/** Not with `utimes`: a fix is written. */
function change(path: string, from: string, to: string): void {
  const before = readFileSync(path, "utf8");
  expect(before).toContain(from);
  writeFileSync(path, before.replaceAll(from, to));
}

describe("a fact of the incident about its daemons, in the old system and in tenure", () => {
  test("a fix that is never loaded: the old words went on, and nobody was told; now doctor names the process and the file", async () => {
    const pair = new Pair();
    const watchdog = `${installed(pair)}/watchdog.js`;
    const files = (of: string): readonly string[] => ["state.json", "book.jsonl", "log.jsonl"].map((name) => of + name);
    pair.start([watchdog, ...files("alone-")]);
    const run = ["run", "orders", "--holder", "watchdog", "--", process.execPath, watchdog, ...files("led-")];
    pair.startTenure(...run);
    const isStarted = (): boolean => ["alone-", "led-"].every((of) => pair.linesOf(`${of}book.jsonl`).length > 0);
    await until(isStarted);
    // Start times are rounded: what changes within a tenth of a second of a start is not told apart from what was there before.
    const toldApartMs = Date.now() + 200;
    await until(() => Date.now() > toldApartMs);

    change(watchdog, "{ crash: code }", "{ completed: code }");
    await until(() => pair.linesOf("alone-log.jsonl").length > 0);
    expect(pair.linesOf("alone-log.jsonl")[0]).toContain('"crash":0');

    const { code, stdout } = pair.tenure("doctor", "orders", "--json");
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    expect({ code, rules: findings.map(({ ruleId }) => ruleId) }).toEqual({ code: 1, rules: ["fix-not-loaded"] });
    expect(findings[0]?.evidence.join()).toContain(watchdog);
  });

  test("`stop`, taken for a path: a second service ran; now it is a mistake; and of two for one leader one ends, and says why", async () => {
    const pair = new Pair();
    const service = `${installed(pair)}/heartbeat-service.js`;
    const first = pair.start([service]);
    const renewers = (): ReadonlySet<number> =>
      new Set(pair.linesOf("heartbeat.log").map((line) => (JSON.parse(line) as { readonly by: number }).by));
    await until(() => renewers().size === 1);
    const second = pair.start([service, "stop"]);
    await until(() => renewers().size === 2);
    expect(existsSync(pair.at("stop"))).toBe(true);
    expect([first.exitCode, second.exitCode]).toEqual([null, null]);

    const leader = pair.start(["-e", "setInterval(() => {}, 1e9)"]);
    const epoch = pair.acquireFor("leader-1", leader.pid);
    const term = ["--holder", "leader-1", "--epoch", String(epoch), "--pid", String(leader.pid)];
    const { code, stderr } = pair.tenure("heartbeat", "orders", "stop", ...term);
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining("too many arguments") as string });
    expect(pair.tenure("heartbeat", "stop").code).toBe(64);
    expect(pair.tenure("status", "orders", "--json").stdout).toContain('"renewals":0');

    const services = [
      pair.startTenure("heartbeat", "orders", ...term),
      pair.startTenure("heartbeat", "orders", ...term),
    ];
    const told = services.map((each) => text(each.stderr as Readable));
    const loser = await Promise.race(services.map((each, at) => once(each, "exit").then(() => at)));
    expect(await told[loser]).toContain("was renewed by another process under the same identity");
    expect(services.map(({ exitCode }) => String(exitCode)).toSorted()).toEqual(["79", "null"]);
  });

  test("five errors of one moment: no line said when, so they explained everything; now they stand with the one run that wrote them", async () => {
    const pair = new Pair();
    const service = `${installed(pair)}/heartbeat-service.js`;
    writeFileSync(
      pair.at("keeper.sh"),
      "[ -e once ] && exit 0; touch once; for each in 1 2 3 4 5; do no-such-command-$each; done; exit 1",
    );
    pair.start([service]);
    await until(() => pair.linesOf("heartbeat.log").length > 0);
    spawnSync("sh", ["-c", "sh keeper.sh 2>>heartbeat.log"], { cwd: pair.directory });
    const before = pair.linesOf("heartbeat.log").length;
    await until(() => pair.linesOf("heartbeat.log").length > before);
    const errors = pair.linesOf("heartbeat.log").filter((line) => line.includes("not found"));
    expect(errors).toHaveLength(5);
    expect(errors.filter((line) => /\d{4}-\d\d-\d\d/u.test(line))).toEqual([]);

    rmSync(pair.at("once"));
    const options = ["--restart", "on-failure", "--backoff", "100ms"];
    expect(pair.tenure("run", "orders", ...options, "--", "sh", pair.at("keeper.sh")).code).toBe(0);
    const runs = pair.linesOf("state/orders.runs").map((line) => JSON.parse(line) as Run);
    expect(runs.map(({ end, lastOutput }) => [end, lastOutput.match(/not found/gu)?.length ?? 0])).toEqual([
      ["failed", 5],
      ["completed", 0],
    ]);
    expect(runs.map(({ startTime }) => Date.parse(startTime))).not.toContain(Number.NaN);
  });
});
