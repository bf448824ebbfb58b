import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { ProcessIdentity, ProgressOrigin, Run } from "@tenure/schema";
import { readRun } from "@tenure/schema/light";
import { expect, test } from "vitest";
import { Place, timing, type Runner } from "./support/runner.ts";

const policy = { restart: "on-failure", burst: 1, backoffMs: 1, backoffMaxMs: 1, onExhausted: "stop" } as const;
const deadlineMs = 500;

/** Its timer lives; in its first term its work hangs after one report, and in the second it is done after a few. */
function worker(prepare: string, report: string): { readonly command: string; readonly args: string[] } {
  const script = `
    const fs = require("node:fs");
    const hangs = process.env.LEASE_EPOCH === "1";
    let reports = 0;
    console.error("working in term " + process.env.LEASE_EPOCH);
    ${prepare}
    setInterval(() => { if (hangs && reports > 0) return; ${report}; if (++reports > 20) process.exit(0); }, 100);`;
  return { command: process.execPath, args: ["-e", script] };
}

function runsIn(place: Place): Run[] {
  return readFileSync(place.path("main.runs"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => readRun(JSON.parse(line)));
}

function ended(runner: Runner): object[] {
  return runner.told.filter(({ type, judgement }) => type === "run.judged" && (judgement as { act: boolean }).act);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const origins: readonly [string, (place: Place) => Promise<[ProgressOrigin, string, string]>][] = [
  ["a pipe", async () => [{ kind: "pipe" }, "", `fs.writeSync(Number(process.env.LEASE_PROGRESS_FD), "on\\n")`]],
  [
    "a file",
    async (place) => {
      const path = place.path("progress");
      return [{ kind: "file", path }, "", `fs.writeFileSync(${JSON.stringify(path)}, String(reports))`];
    },
  ],
  [
    "HTTP",
    async () => {
      const port = await freePort();
      const prepare = `require("node:http").createServer((_, response) => { response.statusCode = hangs && reports > 0 ? 503 : 204;
        response.end(); }).listen(${port}, "127.0.0.1");`;
      return [{ kind: "http", url: `http://127.0.0.1:${port}/health` }, prepare, ""];
    },
  ],
];

test.each(origins)(
  "reports by %s: hung work with a live timer is ended and restarted, and work that goes on is not",
  async (_, of) => {
    const place = new Place();
    const [from, prepare, report] = await of(place);
    const runner = place.run({
      ...worker(prepare, report),
      policy,
      progress: { from, deadlineMs: 1_500, graceMs: 5_000 },
    });
    expect(await runner.exited).toBe(0);
    expect(ended(runner)).toMatchObject([
      {
        judgement: {
          verdict: "wedged",
          evidence: expect.stringMatching(/last progress was \d+ ms ago, and at most 1500 ms/u),
        },
        sighting: {
          state: expect.stringMatching(/[RSD]/u),
          threads: expect.any(Number),
          openDescriptors: expect.any(Number),
        },
        lastOutput: "working in term 1",
      },
    ]);
    expect(runsIn(place)).toMatchObject([
      { trigger: "manual", end: "failed", exitCode: 79, judged: expect.stringMatching(/^wedged: .*; state [RSD], /u) },
      { trigger: "restarted", end: "completed" },
    ]);
    expect(runner.told).toContainEqual({ type: "test.released", reason: "failed" });
  },
);

test("each verdict is told once, on the way to the one that ends the command", async () => {
  const runner = new Place().run({
    command: "sleep",
    args: ["1000"],
    progress: { from: { kind: "pipe" }, deadlineMs: 2_000, graceMs: 0 },
  });
  expect(await runner.exited).toBe(79);
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "work-stalled" });
  const verdicts = runner.told.flatMap(
    ({ judgement }) => (judgement as { verdict: string } | undefined)?.verdict ?? [],
  );
  // A busy machine may have kept the watchdog from looking for a while.
  expect(
    verdicts.filter((verdict) => verdict !== "starved").filter((verdict, at, all) => verdict !== all[at - 1]),
  ).toEqual(["slow", "stalled", "wedged"]);
});

test("in the words of systemd-notify: what is ready has no grace any more, and what it was at stands with its end", async () => {
  const say = `echo 'STATUS=order 7 of 40' >&"$LEASE_PROGRESS_FD"; echo READY=1 >&"$LEASE_PROGRESS_FD"`;
  const place = new Place();
  const runner = place.run({
    command: "sh",
    args: ["-c", `${say}; exec sleep 1000`],
    policy: { restart: "never" },
    progress: { from: { kind: "pipe" }, deadlineMs, graceMs: 3_600_000 },
  });
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "work-stalled" });
  expect(runsIn(place)).toMatchObject([{ judged: expect.stringContaining('it last said "order 7 of 40"') }]);
});

test("in the words of systemd-notify: what says that it has failed is ended", async () => {
  const runner = new Place().run({
    command: "sh",
    args: ["-c", `echo WATCHDOG=trigger >&"$LEASE_PROGRESS_FD"; exec sleep 1000`],
    progress: { from: { kind: "pipe" }, deadlineMs: 5_000, graceMs: 3_600_000 },
  });
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "work-stalled" });
  expect(ended(runner)).toMatchObject([{ judgement: { evidence: "it said itself that its work has failed" } }]);
});

test("a command that is stopped is ended, though it reported a moment ago", async () => {
  const runner = new Place().run({
    command: "sh",
    args: ["-c", `echo up >&"$LEASE_PROGRESS_FD"; kill -STOP $$`],
    progress: { from: { kind: "pipe" }, deadlineMs: 2_000 },
  });
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "holder-stopped" });
  expect(ended(runner)).toMatchObject([{ judgement: { verdict: "stalled" }, sighting: { state: "T" } }]);
});

test("what ignores SIGTERM is killed, and nothing is renewed for it meanwhile", async () => {
  const runner = new Place().run({
    command: "sh",
    args: ["-c", "trap '' TERM; while :; do sleep 1000; done"],
    progress: { from: { kind: "pipe" }, deadlineMs },
    timing: { ...timing, renewIntervalMs: 50, renewDeadlineMs: 2_000, stopTimeoutMs: 500 },
  });
  await runner.event("run.judged");
  expect(await runner.exited).toBe(79);
  const at = runner.told.indexOf(ended(runner)[0] as (typeof runner.told)[number]);
  expect(runner.types().slice(0, at)).toContain("test.renewed");
  expect(runner.types().slice(at)).not.toContain("test.renewed");
});

test("a watchdog that was stopped for longer than the deadline concludes nothing from it", async () => {
  const place = new Place();
  const script = `echo up >&"$LEASE_PROGRESS_FD"; echo ready; read -r word <"${place.fifo()}"; exit 0`;
  const runner = place.run({
    command: "sh",
    args: ["-c", script],
    progress: { from: { kind: "pipe" }, deadlineMs: 1_000, graceMs: 0 },
  });
  await runner.line("ready");
  runner.kill("SIGSTOP");
  // The standstill itself is what is tested, and it lasts.
  await new Promise((resolve) => void setTimeout(resolve, 3_000));
  runner.kill("SIGCONT");
  expect(await runner.event("run.judged")).toMatchObject({ judgement: { verdict: "starved", act: false } });
  writeFileSync(place.path("fifo"), "go\n");
  expect(await runner.exited).toBe(0);
  expect(ended(runner)).toEqual([]);
});

test("silence within the grace of its start is no verdict", async () => {
  const place = new Place();
  const runner = place.run({
    command: "sh",
    args: ["-c", `sleep 1; exit 0`],
    progress: { from: { kind: "pipe" }, deadlineMs: 200, graceMs: 60_000 },
  });
  expect(await runner.exited).toBe(0);
  expect(ended(runner)).toEqual([]);
});

test("a command that has ended while it was recorded is watched no more", async () => {
  const report = `fs.writeSync(Number(process.env.LEASE_PROGRESS_FD), "on\\n")`;
  const progress = { from: { kind: "pipe" }, deadlineMs: 2_000, graceMs: 10_000 } as const;
  const runner = new Place().run({ ...worker("", report), policy, progress, holdRecording: true });
  const { child } = await runner.event("test.recording");
  const { pid } = child as ProcessIdentity;
  process.kill(pid as number, "SIGKILL");
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  runner.order({ recorded: true });
  await runner.event("run.restarting");
  await expect.poll(() => runner.told.filter(({ type }) => type === "test.recording").length).toBeGreaterThan(1);
  runner.order({ recorded: true });
  expect(await runner.exited).toBe(0);
  expect(ended(runner)).toEqual([]);
});

test("a descriptor of a watchdog around this one is not the command's", async () => {
  const runner = new Place().run({
    command: "sh",
    args: ["-c", 'echo "told ${LEASE_PROGRESS_FD-nothing}"'],
    env: { LEASE_PROGRESS_FD: "4" },
  });
  expect(await runner.line("told")).toBe("nothing");
});

test.each([
  [{ deadlineMs: 0 }, "a progress deadline is at least 100 ms, not 0"],
  [{ deadlineMs: Number.NaN }, "not NaN"],
  [{ deadlineMs: 1_000, graceMs: -1 }, "grace"],
])("%o is refused before anybody leads", async (durations, words) => {
  const runner = new Place().run({ command: "true", progress: { from: { kind: "pipe" }, ...durations } });
  // JSON knows no NaN: it comes as null, which is as little a duration.
  expect(await runner.event("test.failed")).toMatchObject({
    code: "ECONFIG",
    message: expect.stringContaining(words.replace("NaN", "null")),
  });
  expect(runner.types()).toEqual(["test.failed"]);
});
