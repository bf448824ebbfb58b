import { setTimeout } from "node:timers/promises";
import {
  observeForeignLease,
  orchestratorAdoption,
  type Adoption,
  type Difference,
  type ForeignLease,
  type ForeignWatch,
} from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import { systemClock } from "@tenure/host";
import { escapeForDisplay, formatDuration, quoteForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { readForeignFile } from "../adopt/foreign-file.ts";
import { duration, notEmpty } from "../options.ts";
import { print, tell } from "../output/print.ts";
import { printDocument, verb } from "./verb.ts";

/** As often as the quickest of such mechanisms writes. */
const LOOK_EVERY_MS = 250;
const WATCHED_MS = 60_000;

interface Flags extends Readonly<Record<keyof typeof pointers, string>> {
  readonly for: number;
  readonly json?: boolean;
}

/** The flag that names the place of a field. */
const pointers = {
  holderAt: "holderIdentity",
  epochAt: "epoch",
  heartbeatAt: "lastHeartbeat",
  durationAt: "leaseDurationMs",
} as const satisfies Record<string, keyof Adoption>;

export function adopt(program: Command): void {
  verb(program, "adopt <file>", {
    summary: "Watch another mechanism's leader file, and say where a lease would have differed",
    does: "Watch another mechanism's leader file, read-only, and say where it and a lease would have decided differently",
    examples: [
      ["tenure adopt memory/orchestrator-state.json", "for a minute"],
      ["tenure adopt leader.json --for 1h --holder-at /leader/id --epoch-at /leader/term", "names of its own"],
    ],
    aliases: ["leader_id, leader_epoch, last_heartbeat, ttl_ms: where its fields are unless it is said"],
    exitCodes: ["1   it would have differed", "65  the file does not say who leads", "80  there is no such file"],
  })
    .addOption(duration("--for <duration>", "how long to watch").default(WATCHED_MS, formatDuration(WATCHED_MS)))
    .option("--holder-at <pointer>", "JSON pointer of who leads", notEmpty, orchestratorAdoption.holderIdentity)
    .option("--epoch-at <pointer>", "of its epoch", notEmpty, orchestratorAdoption.epoch)
    .option("--heartbeat-at <pointer>", "of its last heartbeat", notEmpty, orchestratorAdoption.lastHeartbeat)
    .option("--duration-at <pointer>", "of its duration in ms", notEmpty, orchestratorAdoption.leaseDurationMs)
    .action(perform);
}

async function perform(file: string, flags: Flags): Promise<void> {
  const adoption: Adoption = {
    holderIdentity: flags.holderAt,
    epoch: flags.epochAt,
    lastHeartbeat: flags.heartbeatAt,
    leaseDurationMs: flags.durationAt,
  };
  const span = formatDuration(flags.for);
  const said = await watch(file, adoption, flags.for, {
    onFirst: ({ holderIdentity, epoch }) =>
      tell(`watching for ${span}: ${leads(holderIdentity)}, epoch ${epoch}, in ${escapeForDisplay(file)}\n`),
    onDifference: ({ kind, message }) => {
      if (!flags.json) print(`${kind}: ${escapeForDisplay(message)}\n`);
    },
  });
  const { watched, looks, unreadable, trouble, differences } = said;
  if (differences.length > 0) process.exitCode = 1;
  const { holderIdentity } = watched.last;
  const epoch = watched.highestEpoch;
  if (flags.json) return printDocument({ file, looks, unreadable, holderIdentity, epoch, differences });
  const torn =
    unreadable === 0
      ? ""
      : `; ${unreadable} of ${looks} looks could not read it, the last: ${escapeForDisplay(trouble)}`;
  const verdict =
    differences.length === 0 ? "a lease would have decided the same" : `${differences.length} differences`;
  print(`${leads(holderIdentity)}, the highest epoch is ${epoch}; ${verdict} in ${span}${torn}\n`);
}

function leads(holderIdentity: string | null): string {
  return holderIdentity === null ? "nobody leads" : `${quoteForDisplay(holderIdentity)} leads`;
}

interface Told {
  readonly onFirst: (lease: ForeignLease) => void;
  readonly onDifference: (difference: Difference) => void;
}

interface Watched {
  readonly watched: ForeignWatch;
  readonly looks: number;
  readonly unreadable: number;
  /** Why it could not be read, the last time. */
  readonly trouble: string;
  readonly differences: readonly Difference[];
}

async function watch(
  file: string,
  adoption: Adoption,
  forMs: number,
  { onFirst, onDifference }: Told,
): Promise<Watched> {
  const clock = systemClock();
  const begunMs = clock.now().monotonicMs;
  const differences: Difference[] = [];
  let watched: ForeignWatch | null = null;
  let unreadable = 0;
  let trouble = "";
  for (let looks = 1; ; looks += 1) {
    const { monotonicMs, wallMs } = clock.now();
    try {
      const seen = observeForeignLease(watched, { lease: readForeignFile(file, adoption), monotonicMs, wallMs });
      if (watched === null) onFirst(seen.watch.last);
      watched = seen.watch;
      differences.push(...seen.differences);
      seen.differences.forEach(onDifference);
    } catch (error) {
      // At first it must be what it is said to be; later it may be written at this moment.
      if (watched === null || !(error instanceof LeaseError)) throw error;
      unreadable += 1;
      trouble = error.message;
    }
    const leftMs = forMs - (clock.now().monotonicMs - begunMs);
    if (leftMs <= 0) return { watched, looks, unreadable, trouble, differences };
    await setTimeout(Math.min(LOOK_EVERY_MS, leftMs));
  }
}
