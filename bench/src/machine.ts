import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** The kernel's unit of processor time for programs, on every Linux. */
const TICK_MS = 10;

/** What ran beside the benchmark: without it no figure can be judged. */
export interface Load {
  /** Share of all cores that processes other than ours used, 0 to 1. */
  readonly othersBusy: number;
}

/** Starts watching the load; the returned function answers for the time since. Our children count as ours once they ended. */
export function watchLoad(): () => Load {
  const before = { machine: machineTicks(), own: ownTicks() };
  return () => {
    const now = machineTicks();
    const total = now.total - before.machine.total;
    const others = now.busy - before.machine.busy - (ownTicks() - before.own);
    return { othersBusy: total > 0 ? Math.min(1, Math.max(0, others / total)) : 0 };
  };
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly loadAverage: number;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** Resident memory of one process in MB (10^6 bytes are not meant: 2^20), from the kernel's own sum. */
export function residentMb(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = /^Rss:\s+(\d+) kB$/mu.exec(rollup)?.[1];
  if (kilobytes === undefined) throw new Error(`no Rss in /proc/${pid}/smaps_rollup`);
  return Number(kilobytes) / 1024;
}

/** Processor time that one process has used, in milliseconds. */
export function processorMs(pid: number): number {
  return (
    ticksOf(pid)
      .slice(0, 2)
      .reduce((sum, each) => sum + each, 0) * TICK_MS
  );
}

/** The most memory that one process ever had resident, in the same MB; 0 once it has ended. */
export function peakMb(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

function machineTicks(): { total: number; busy: number } {
  const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "";
  const ticks = line.split(/\s+/u).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  const [idle = 0, waiting = 0] = ticks.slice(3, 5);
  return { total, busy: total - idle - waiting };
}

function ownTicks(): number {
  return ticksOf(process.pid).reduce((sum, each) => sum + each, 0);
}

/** Of a process and of its children that have ended, each in user mode and in the kernel. */
function ticksOf(pid: number): readonly number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  return fields.slice(11, 15);
}
