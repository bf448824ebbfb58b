import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { sorted, type Recorded, type Seen } from "@tenure/histories";
import { Disk } from "./disk.ts";
import { kindsIn } from "./kind.ts";
import { Member } from "./member.ts";
import { troubles, type World } from "./trouble.ts";

export interface Plan {
  /** After this nothing new goes wrong. */
  readonly forMs: number;
  readonly members: number;
  readonly leases: number;
  readonly leaseDurationMs: number;
  /** Of a server; without it a folder of its own. */
  readonly url?: string;
  readonly onTrouble?: (name: string, elapsedMs: number) => void;
}

export interface Chaos extends Recorded {
  /** How often each occurred. */
  readonly troubles: Readonly<Record<string, number>>;
  /** How many members of each kind there were. */
  readonly members: Readonly<Record<string, number>>;
  /** What cannot be had or caused here, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

const BETWEEN_MS = 300;

/** Real processes lead in turn while troubles come over them, one after another; what they saw comes back. */
export async function causeChaos(plan: Plan): Promise<Chaos> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-chaos-"));
  const disk = plan.url === undefined ? new Disk(folder) : null;
  const url = plan.url ?? pathToFileURL(disk?.folder ?? folder).href;
  const clocks = fakeClocks(folder);
  const leases = Array.from({ length: plan.leases }, (_, at) => `lease-${at + 1}`);
  const { kinds, missing: missingKinds } = kindsIn({ folder, isServer: plan.url !== undefined });
  const kindCounts = Object.fromEntries(kinds.map(({ name }) => [name, 0]));
  const everyone: Member[] = [];
  const start = (): Member => {
    const kind = kinds[everyone.length % kinds.length] ?? lacking();
    kindCounts[kind.name] = (kindCounts[kind.name] ?? 0) + 1;
    const [name, path] = [`member-${everyone.length + 1}`, join(folder, `${everyone.length + 1}.jsonl`)];
    const { leaseDurationMs } = plan;
    const member = new Member({ url, name, path, leases, leaseDurationMs, isKilled: true }, kind, clocks?.env ?? {});
    everyone.push(member);
    return member;
  };
  // The first makes the leases: of two that make a folder's journal at once, the file store refuses one before there is anything in it.
  const members = [start()];
  try {
    await members[0]?.up;
    while (members.length < plan.members) members.push(start());
    await Promise.all(members.map(({ up }) => up));
    const replace = async (index: number): Promise<void> => {
      members[index] = start();
      await members[index]?.up;
    };
    const { leaseDurationMs } = plan;
    const world: World = { members, replace, disk, leaseDurationMs, stepClocks: clocks?.step ?? null };
    const { counts, missing } = await trouble(world, plan);
    // What was begun ends in peace.
    await setTimeout(2 * leaseDurationMs);
    await Promise.all(members.map((member) => member.stop()));
    const seen = everyone.flatMap((member): readonly Seen[] => member.seen);
    const told = { troubles: counts, members: kindCounts, missing: { ...missing, ...missingKinds } };
    return { ...sorted(seen), leaseDurationMs, ...told };
  } finally {
    disk?.thaw();
    await Promise.all(everyone.map((member) => member.kill()));
    disk?.unmount();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function trouble(
  world: World,
  plan: Plan,
): Promise<{ counts: Record<string, number>; missing: Record<string, string> }> {
  const named = Object.entries(troubles).map(([name, it]) => ({ name, ...it, lacking: it.lacks(world) }));
  const missing = Object.fromEntries(named.flatMap(({ name, lacking }) => (lacking === null ? [] : [[name, lacking]])));
  const possible = named.filter(({ lacking }) => lacking === null);
  const counts = Object.fromEntries(possible.map(({ name }) => [name, 0]));
  const began = performance.now();
  for (let turn = 0; performance.now() - began < plan.forMs; turn += 1) {
    const next = possible[turn % possible.length];
    if (next === undefined) break;
    plan.onTrouble?.(next.name, performance.now() - began);
    await next.happen(world, Math.floor(turn / possible.length));
    counts[next.name] = (counts[next.name] ?? 0) + 1;
    await setTimeout(BETWEEN_MS);
  }
  return { counts, missing };
}

function lacking(): never {
  throw new Error("there is no kind of member");
}

/** The wall clock of every member at once; their clocks of elapsed time stay what they are. */
function fakeClocks(
  folder: string,
): { readonly env: NodeJS.ProcessEnv; readonly step: (seconds: number) => void } | null {
  const roots = ["/usr/lib", ...readdirSync("/usr/lib").map((name) => join("/usr/lib", name))];
  const library = roots.map((root) => join(root, "faketime", "libfaketime.so.1")).find((path) => existsSync(path));
  if (library === undefined) return null;
  const path = join(folder, "clock");
  const step = (seconds: number): void => writeFileSync(path, `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}\n`);
  step(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    step,
  };
}
