import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Disk } from "./disk.ts";
import type { Member } from "./member.ts";

/** Who and what troubles come over. */
export interface World {
  readonly members: Member[];
  /** Another in the place of one that was killed. */
  readonly replace: (index: number) => Promise<void>;
  readonly disk: Disk | null;
  readonly leaseDurationMs: number;
  /** Sets the wall clock of all members, where that can be done to them. */
  readonly stepClocks: ((seconds: number) => void) | null;
}

export interface Trouble {
  /** `null` where it can be caused; else why not here. */
  readonly lacks: (world: World) => string | null;
  readonly happen: (world: World, turn: number) => Promise<void>;
}

const always = (): null => null;
const onDisk = ({ disk }: World): string | null => {
  if (disk === null) return "the store is a server's";
  return disk.canBeFull ? null : "needs a file system of its own (root)";
};

/** Each comes, and is over. */
export const troubles: Readonly<Record<string, Trouble>> = {
  "killed, and another started": {
    lacks: always,
    happen: async (world, turn) => {
      const index = turn % world.members.length;
      await world.members[index]?.kill();
      await world.replace(index);
    },
  },
  "stopped for longer than the lease": {
    lacks: always,
    happen: async ({ members, leaseDurationMs }, turn) => {
      const member = members[turn % members.length];
      member?.pause();
      await setTimeout(1.5 * leaseDurationMs);
      member?.resume();
    },
  },
  "all stopped at once": {
    lacks: always,
    happen: async ({ members, leaseDurationMs }) => {
      for (const member of members) member.pause();
      await setTimeout(leaseDurationMs);
      for (const member of members) member.resume();
    },
  },
  "frozen by the control group": {
    lacks: () => (freezer() === null ? "needs the right to make a control group" : null),
    happen: async ({ members, leaseDurationMs }, turn) => {
      const group = freezer();
      const member = members[turn % members.length];
      if (group === null || member === undefined) return;
      await group.hold(member.pid, 1.5 * leaseDurationMs);
    },
  },
  "no processor time": {
    lacks: () => (has("stress-ng", "--version") ? null : "needs stress-ng"),
    happen: async () => {
      const hog = spawn("stress-ng", ["--cpu", "16", "--timeout", "1s", "--quiet"], { stdio: "ignore" });
      await once(hog, "exit");
    },
  },
  "wall clock set an hour": {
    lacks: ({ stepClocks }) => (stepClocks === null ? "needs faketime" : null),
    happen: async ({ stepClocks, leaseDurationMs }, turn) => {
      stepClocks?.(turn % 2 === 0 ? 3_600 : -3_600);
      await setTimeout(leaseDurationMs / 2);
      stepClocks?.(0);
    },
  },
  "disk full": {
    lacks: onDisk,
    happen: async ({ disk, leaseDurationMs }) => {
      disk?.fill();
      await setTimeout(leaseDurationMs);
      disk?.empty();
    },
  },
  "disk that does not answer": {
    lacks: onDisk,
    happen: async ({ disk, leaseDurationMs }) => {
      disk?.freeze();
      await setTimeout(1.2 * leaseDurationMs);
      disk?.thaw();
    },
  },
};

/** A control group of its own below the present one, of either version of the kernel's interface; gone again when it is let go. */
function freezer(): { readonly hold: (pid: number, forMs: number) => Promise<void> } | null {
  const root = "/sys/fs/cgroup";
  const isFirst = existsSync(join(root, "freezer"));
  const groups = readFileSync("/proc/self/cgroup", "utf8");
  const own = new RegExp(`^\\d+:${isFirst ? "freezer" : ""}:(.*)$`, "mu").exec(groups)?.[1] ?? "/";
  const parent = join(root, isFirst ? "freezer" : "", own);
  const folder = join(parent, `tenure-chaos-${process.pid}`);
  const [file, frozen, thawed] = isFirst ? ["freezer.state", "FROZEN", "THAWED"] : ["cgroup.freeze", "1", "0"];
  try {
    mkdirSync(folder);
    rmdirSync(folder);
  } catch {
    return null;
  }
  return {
    hold: async (pid, forMs) => {
      mkdirSync(folder);
      try {
        writeFileSync(join(folder, "cgroup.procs"), String(pid));
        writeFileSync(join(folder, file ?? ""), frozen ?? "");
        await setTimeout(forMs);
      } finally {
        writeFileSync(join(folder, file ?? ""), thawed ?? "");
        writeFileSync(join(parent, "cgroup.procs"), String(pid));
        rmdirSync(folder);
      }
    },
  };
}

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}
