import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nowMs, sleep } from "../clock.ts";
import { type Child, cli, startBare, startProgram } from "../process.ts";
import type { Reading, Row } from "../row.ts";

const ENDS_A_RUN = 12;
const FALLS_A_RUN = 5;
const SESSION_MS = 150;
const HUNG_LEASE_MS = 2_000;
const session = fileURLToPath(new URL("../children/session.js", import.meta.url));
const alone = "the command, started by itself";

/** What a shell does that starts a command again and again, and nothing else. */
const loop = 'while :; do "$0" "$@"; done';

const exit: Row = {
  id: "run-exit",
  what: "`tenure run --restart always`: clean exit of the command → the next one at work",
  sides: [
    { name: "tenure", run: (directory) => endRepeatedly(directory, (args) => underTenure(directory, args)) },
    { name: "a shell's loop, no lease", run: (directory) => endRepeatedly(directory, inALoop) },
  ],
  figures: [
    {
      label: "p50",
      metric: "gapMs",
      take: "p50",
      unit: "ms",
      goal: { moreAtMost: 20, than: "a shell's loop, no lease" },
    },
    { label: "p99", metric: "gapMs", take: "p99", unit: "ms" },
  ],
};

const kill: Row = {
  id: "run-kill",
  what: "kill -9 of `tenure run` → the command of the standby at work",
  sides: [
    { name: "tenure", run: (directory) => fellRepeatedly(directory, "SIGKILL", []) },
    { name: alone, run: startRepeatedly },
  ],
  figures: [
    { label: "p50", metric: "gapMs", take: "p50", unit: "ms", goal: { moreAtMost: 50, than: alone } },
    { label: "p99", metric: "gapMs", take: "p99", unit: "ms" },
  ],
};

/** From the standstill: the last renewal was some time before. */
const hang: Row = {
  id: "run-hang",
  what: `SIGSTOP of \`tenure run\` (L ${HUNG_LEASE_MS / 1_000} s) → the command of the standby at work`,
  sides: [
    { name: "tenure", run: (directory) => fellRepeatedly(directory, "SIGSTOP", ["--ttl", `${HUNG_LEASE_MS}ms`]) },
    { name: alone, run: startRepeatedly },
  ],
  figures: [
    {
      label: "longest",
      metric: "gapMs",
      take: "max",
      unit: "ms",
      goal: { moreAtMost: HUNG_LEASE_MS + 50, than: alone },
    },
  ],
};

export const sessionRows: readonly Row[] = [exit, kill, hang];

function underTenure(directory: string, args: readonly string[]): Child {
  const options = ["--dir", join(directory, "state"), "--restart", "always", "--", process.execPath];
  return startProgram(process.execPath, [cli, "run", "bench", ...options, ...args], {
    env: { TENURE_FLOOR_DIR: join(directory, "floor") },
    output: openSync(join(directory, "told"), "w"),
  });
}

function inALoop(args: readonly string[]): Child {
  return startProgram("/bin/sh", ["-c", loop, process.execPath, ...args]);
}

/** How long after the end of one session the next one was at work. */
async function endRepeatedly(directory: string, start: (args: readonly string[]) => Child): Promise<Reading> {
  const book = join(directory, "book");
  const running = start([session, book, String(SESSION_MS)]);
  await begun(book, ENDS_A_RUN + 1);
  await running.end();
  const signed = signaturesIn(book);
  const begins = signed.filter(({ what }) => what === "begins");
  const ends = signed.filter(({ what }) => what === "ends");
  return { gapMs: ends.slice(0, ENDS_A_RUN).map(({ atMs }, each) => (begins[each + 1]?.atMs ?? Number.NaN) - atMs) };
}

/** A chain of leaders: each falls when a standby waits behind it. */
async function fellRepeatedly(directory: string, signal: NodeJS.Signals, options: readonly string[]): Promise<Reading> {
  const book = join(directory, "book");
  const gapMs: number[] = [];
  let leader = runAgain(directory, options, 0);
  await begun(book, 1);
  for (let round = 1; round <= FALLS_A_RUN; round++) {
    const standby = runAgain(directory, options, round);
    while (!readFileSync(join(directory, `told-${round}`), "utf8").includes("waiting for")) await sleep(20);
    // At a random phase of the holder's renewals.
    await sleep(300 + Math.random() * 700);
    const fellMs = nowMs();
    leader.signal(signal);
    gapMs.push((await begun(book, round + 1)).atMs - fellMs);
    await leader.end();
    leader = standby;
  }
  await leader.end();
  return { gapMs };
}

async function startRepeatedly(directory: string): Promise<Reading> {
  const book = join(directory, "book");
  const gapMs: number[] = [];
  for (let round = 1; round <= FALLS_A_RUN; round++) {
    const startedMs = nowMs();
    const running = startBare([session, book]);
    gapMs.push((await begun(book, round)).atMs - startedMs);
    await running.end();
  }
  return { gapMs };
}

function runAgain(directory: string, options: readonly string[], round: number): Child {
  const args = [cli, "run", "bench", "--dir", join(directory, "state"), "--verbose", ...options, "--"];
  return startProgram(process.execPath, [...args, process.execPath, session, join(directory, "book")], {
    env: { TENURE_FLOOR_DIR: join(directory, "floor") },
    output: openSync(join(directory, `told-${round}`), "w"),
  });
}

interface Signature {
  readonly what: string;
  readonly atMs: number;
}

/** The beginning of so many sessions, once there are as many. */
async function begun(book: string, count: number): Promise<Signature> {
  for (;;) {
    const found = signaturesIn(book).filter(({ what }) => what === "begins")[count - 1];
    if (found !== undefined) return found;
    await sleep(20);
  }
}

function signaturesIn(book: string): readonly Signature[] {
  const lines = existsSync(book) ? readFileSync(book, "utf8").split("\n").slice(0, -1) : [];
  return lines.map((line) => {
    const [what = "", at] = line.split(" ");
    return { what, atMs: Number(at) };
  });
}
