import { existsSync, readFileSync, renameSync, truncateSync } from "node:fs";
import type { Engine } from "@tenure/engines";
import type { Host } from "./host.ts";

/** What was done, what must follow, and what did. */
export interface Stage {
  readonly done: string;
  readonly must: string;
  readonly found: string;
  readonly isWell: boolean;
}

export interface Pair {
  readonly lease: string;
  readonly north: Host;
  readonly south: Host;
  readonly book: string;
  /** Of the store, where it has one. */
  readonly server: Engine | null;
  readonly tell: (text: string) => void;
}

/** One start of the command, as the book has it. */
interface Start {
  readonly epoch: number;
  readonly atMs: number;
}

const LEASE_MS = 180_000;
/** From the lease duration to the next one's first line: requests, and a start on a busy machine. */
const START_MS = 15_000;
const RENEWAL_MS = 45_000;
const LONGEST_MS = 300_000;
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** Each process of a leader and a standby in turn, and what a machine does to them otherwise. */
export async function* stagesOf({ lease, north, south, book, server, tell }: Pair): AsyncGenerator<Stage> {
  let [leader, standby] = [north, south];
  leader.start(lease);
  let start = await startAfter(book, 0);
  standby.start(lease);
  await told(standby, `waiting for "${lease}"`);

  tell("the standby's tenure run");
  process.kill(standby.watchdog, "SIGKILL");
  await standby.gone();
  truncateSync(standby.told);
  standby.start(lease);
  await told(standby, `waiting for "${lease}"`);
  yield undisturbed("kill -9 of the standby's `tenure run`, started again", start, startsIn(book));

  tell("the guard");
  process.kill(leader.guard, "SIGKILL");
  await pass(3_000);
  process.kill(leader.command, 0);
  yield undisturbed("kill -9 of the guard beside the command", start, startsIn(book));

  tell("the command");
  let atMs = nowMs();
  process.kill(leader.command, "SIGKILL");
  let next = await startAfter(book, start.epoch);
  yield succeeded("kill -9 of the command", "another start within 5 s", 5_000, next, atMs);
  [leader, standby] = leads(north, next.epoch) ? [north, south] : [south, north];
  start = next;

  tell("log rotation");
  renameSync(leader.workLog, `${leader.workLog}.1`);
  process.kill(leader.watchdog, "SIGHUP");
  truncateSync(leader.told);
  await until(() => existsSync(leader.workLog) && readFileSync(leader.workLog, "utf8").includes(`${start.epoch} `));
  yield undisturbed("the command's log moved and SIGHUP to `tenure run`; its own log truncated", start, startsIn(book));

  if (server !== null) {
    tell("the server");
    await server.crash();
    await pass(20_000);
    await server.restart();
    await pass(RENEWAL_MS);
    process.kill(leader.command, 0);
    yield undisturbed("kill -9 of the server, back after 20 s, and a renewal's time", start, startsIn(book));
  }

  tell("the leader's tenure run: three minutes");
  const orphan = leader.command;
  atMs = nowMs();
  process.kill(leader.watchdog, "SIGKILL");
  await until(() => !isThere(orphan));
  const orphanMs = nowMs() - atMs;
  next = await startAfter(book, start.epoch);
  const must = `its command ends with it; the standby, which sees no process of the other, leads within the lease duration`;
  const gone = succeeded("kill -9 of the leader's `tenure run`", must, LEASE_MS + START_MS, next, atMs);
  yield {
    ...gone,
    isWell: gone.isWell && orphanMs < 5_000,
    found: `its command ended after ${inSeconds(orphanMs)}; ${gone.found}`,
  };
  [leader, standby] = [standby, leader];
  start = next;
  await standby.gone();
  truncateSync(standby.told);
  standby.start(lease);
  await told(standby, `waiting for "${lease}"`);

  tell("an orderly stop");
  atMs = nowMs();
  process.kill(leader.watchdog, "SIGTERM");
  next = await startAfter(book, start.epoch);
  const code = await leader.gone();
  const stopped = succeeded("SIGTERM to the leader's `tenure run`", "the standby leads within 5 s", 5_000, next, atMs);
  yield { ...stopped, found: `${stopped.found}; the former ended with ${code}` };
  process.kill(standby.watchdog, "SIGTERM");
  await standby.gone();
  yield apart(startsIn(book), [north, south]);
}

function undisturbed(done: string, before: Start, starts: readonly Start[]): Stage {
  const isWell = starts.at(-1)?.epoch === before.epoch;
  const found = isWell ? `epoch ${before.epoch} goes on` : `epoch ${starts.at(-1)?.epoch} after ${before.epoch}`;
  return { done, must: "the leader and its command go on", found, isWell };
}

function succeeded(done: string, must: string, withinMs: number, next: Start, sinceMs: number): Stage {
  const tookMs = next.atMs - sinceMs;
  return { done, must, found: `epoch ${next.epoch} at work after ${inSeconds(tookMs)}`, isWell: tookMs <= withinMs };
}

/** What each term wrote down lies between what the terms before and after it did. */
function apart(starts: readonly Start[], hosts: readonly Host[]): Stage {
  const lines = hosts.flatMap(({ workLog }) => [workLog, `${workLog}.1`].filter(existsSync).flatMap(startsIn));
  const spans = starts.map(({ epoch }) => {
    const stamps = lines.filter((line) => line.epoch === epoch).map(({ atMs }) => atMs);
    return { epoch, fromMs: Math.min(...stamps), toMs: Math.max(...stamps) };
  });
  const rising = spans.every(({ epoch }, at) => at === 0 || epoch > (spans[at - 1]?.epoch ?? 0));
  const disjoint = spans.every(({ fromMs }, at) => at === 0 || fromMs > (spans[at - 1]?.toMs ?? 0));
  return {
    done: "all that the commands wrote, laid side by side",
    must: "epochs rise, and no two commands wrote at one time",
    found: `${starts.length} terms, ${lines.length} lines, ${rising && disjoint ? "one after the other" : "NOT one after the other"}`,
    isWell: rising && disjoint,
  };
}

function leads({ workLog }: Host, epoch: number): boolean {
  return existsSync(workLog) && readFileSync(workLog, "utf8").includes(`\n${epoch} `);
}

/** Lines of `epoch time`, as the book and the logs have them. */
function startsIn(path: string): readonly Start[] {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  return lines.map((line) => {
    const [epoch, atMs] = line.split(" ").map(Number);
    return { epoch: epoch ?? Number.NaN, atMs: atMs ?? Number.NaN };
  });
}

async function startAfter(book: string, epoch: number): Promise<Start> {
  const found = (): Start | undefined => startsIn(book).find((start) => start.epoch > epoch);
  await until(() => found() !== undefined);
  // Its first lines are written, and so it is known who leads.
  await pass(1_000);
  return found() as Start;
}

async function told(host: Host, words: string): Promise<void> {
  await until(() => readFileSync(host.told, "utf8").includes(words));
}

async function until(isSo: () => boolean): Promise<void> {
  const sinceMs = nowMs();
  while (!isSo()) {
    if (nowMs() - sinceMs > LONGEST_MS) throw new Error(`nothing happened for ${inSeconds(LONGEST_MS)}`);
    await pass(20);
  }
}

async function pass(forMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, forMs));
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
