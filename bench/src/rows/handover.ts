import { nowMs, sleep } from "../clock.ts";
import { type Child, startChild } from "../process.ts";
import type { Reading, Row } from "../row.ts";

const KILLS_A_RUN = 6;
const RELEASES_A_RUN = 20;
/** Lets a standby settle, and hits the holder at a random phase of its renewals. */
const settle = (): Promise<void> => sleep(300 + Math.random() * 700);

const kill: Row = {
  id: "kill",
  what: "kill -9 → successor leads, one host",
  sides: [
    { name: "tenure", run: (directory) => killRepeatedly("tenure", directory) },
    { name: "proper-lockfile (stale 2 s)", run: (directory) => killRepeatedly("proper-lockfile", directory) },
  ],
  figures: [
    { label: "p50", metric: "gapMs", take: "p50", unit: "ms", goal: { atMost: 10 } },
    { label: "p99", metric: "gapMs", take: "p99", unit: "ms", goal: { atMost: 50 } },
  ],
};

const release: Row = {
  id: "release",
  what: "clean release → waiting successor leads",
  sides: [
    { name: "tenure", run: (directory) => releaseRepeatedly("tenure", directory) },
    { name: "bare fs.watch, no exclusion", run: (directory) => releaseRepeatedly("directory-watch", directory) },
    { name: "proper-lockfile (retry 50-100 ms)", run: (directory) => releaseRepeatedly("proper-lockfile", directory) },
  ],
  figures: [
    { label: "p50", metric: "gapMs", take: "p50", unit: "ms", goal: { atMost: 5 } },
    { label: "p99", metric: "gapMs", take: "p99", unit: "ms" },
  ],
};

/** L is 2 s on both sides; lockDelay is 0. */
const stop: Row = {
  id: "stop",
  what: "SIGSTOP → successor leads (L 2 s); late writes after SIGCONT",
  sides: [
    { name: "tenure", run: (directory) => stopOnce("tenure", directory) },
    { name: "proper-lockfile (stale 2 s)", run: (directory) => stopOnce("proper-lockfile", directory) },
  ],
  figures: [
    { label: "longest gap", metric: "gapMs", take: "max", unit: "ms", goal: { atMost: 2_050 } },
    { label: "late writes accepted", metric: "lateWrites", take: "sum", unit: "", goal: { atMost: 0 } },
  ],
};

export const handoverRows: readonly Row[] = [kill, release, stop];

async function killRepeatedly(side: string, directory: string): Promise<Reading> {
  const gapMs: number[] = [];
  let leader = await standing(side, directory);
  await leader.heard("leading");
  for (let round = 0; round < KILLS_A_RUN; round++) {
    const standby = await standing(side, directory);
    await settle();
    const killedMs = nowMs();
    leader.signal("SIGKILL");
    gapMs.push((await standby.heard("leading")).atMs - killedMs);
    await leader.end();
    leader = standby;
  }
  await leader.end();
  return { gapMs };
}

async function releaseRepeatedly(side: string, directory: string): Promise<Reading> {
  const gapMs: number[] = [];
  let leader = await standing(side, directory);
  await leader.heard("leading");
  let standby = await standing(side, directory);
  for (let round = 0; round < RELEASES_A_RUN; round++) {
    await sleep(30 + Math.random() * 70);
    leader.tell("release");
    const releasing = await leader.heard("releasing");
    gapMs.push((await standby.heard("leading")).atMs - releasing.atMs);
    await leader.heard("released");
    leader.tell("stand");
    await leader.heard("standing");
    [leader, standby] = [standby, leader];
  }
  await Promise.all([leader.end(), standby.end()]);
  return { gapMs };
}

async function stopOnce(side: string, directory: string): Promise<Reading> {
  const leader = await standing(side, directory);
  await leader.heard("leading");
  leader.tell("write");
  const standby = await standing(side, directory);
  await settle();
  const stoppedMs = nowMs();
  leader.signal("SIGSTOP");
  const gapMs = (await standby.heard("leading")).atMs - stoppedMs;
  standby.tell("write");
  await settle();
  leader.signal("SIGCONT");
  await leader.heard("refused");
  standby.tell("writers");
  const writers = (await standby.heard("writers")).data as number[];
  await Promise.all([leader.end(), standby.end()]);
  return { gapMs, lateWrites: lateWrites(writers, leader) };
}

/** Lines of the old leader that count after the first line of the new one. */
function lateWrites(writers: readonly number[], old: Child): number {
  const first = writers.findIndex((pid) => pid !== old.pid);
  if (first < 1) throw new Error("the ledger does not show both leaders");
  return writers.slice(first).filter((pid) => pid === old.pid).length;
}

async function standing(side: string, directory: string): Promise<Child> {
  const child = startChild("candidate", [side, directory]);
  await child.heard("ready");
  child.tell("stand");
  await child.heard("standing");
  return child;
}
