import { LeaseError, LeaseLostError, type Lease } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { processState, signalProcess, systemClock } from "@tenure/host";
import type { LossReason, ProcessIdentity } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { Option, type Command } from "commander";
import { openExisting, processWithId } from "../context.ts";
import { interruptible } from "../interrupt.ts";
import { duration, storeOptions, termOptions, processId, type StoreFlags, type TermFlags } from "../options.ts";
import { eventInWords } from "../output/event.ts";
import { printDocument, tell } from "../output/print.ts";
import { termOf } from "./term.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TermFlags {
  readonly pid: number;
  readonly maxTerm: number;
  readonly onLoss: "tell" | "kill";
  readonly verbose?: boolean;
}

const DAY_MS = 24 * 3_600_000;
/** How its holder went by itself; everything else is a loss. */
const orderly: readonly LossReason[] = ["released", "transferred"];

export function heartbeat(program: Command): void {
  const command = verb(program, "heartbeat <name>", {
    summary: "Renew a held lease for as long as a process lives",
    does: "Renew a held lease for as long as its process lives, for leaders that cannot link the library",
    json: "each failed renewal, jeopardy and its end as a line on stdout (tenure schema event)",
    examples: [
      ["tenure heartbeat orders --holder worker-a --epoch 7 --pid 4711", "beside the leader"],
      [
        "tenure heartbeat orders --holder worker-a --epoch 7 --pid 4711 --on-loss kill",
        "and end it when it must not go on",
      ],
      ["kill -USR2 <pid of the heartbeat>", "the leader's work went on"],
    ],
    aliases: ["leader_id, leader_epoch   --holder, --epoch"],
    exitCodes: [
      "0   the holder released the lease",
      "79  the lease is lost, and the error says why (its holder died, another leads, …)",
    ],
  })
    .addOption(new Option("--pid <pid>", "the process the lease stands for").argParser(processId).makeOptionMandatory())
    .addOption(duration("--max-term <duration>", "end after so long without progress (SIGUSR2)").default(DAY_MS, "1d"))
    .addOption(
      new Option("--on-loss <what>", "tell: only say so, since a fence must keep the holder out; kill: SIGKILL it")
        .choices(["tell", "kill"])
        .default("tell"),
    )
    .option("-v, --verbose", "say on stderr what happens");
  termOptions(storeOptions(command)).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  const term = termOf(flags);
  await using context = await openExisting(flags, name);
  const holder = processWithId(flags.pid);
  const lease = await context.clientFor({ process: holder, renews: true }).attach(name, term);
  assertActs(lease, holder);
  const ended = await interruptible(
    `renewing lease "${name}"`,
    (signal) => {
      if (flags.verbose) tell(`renewing "${name}", epoch ${lease.epoch}, while process ${flags.pid} lives\n`);
      return beat(lease, holder, flags, signal);
    },
    "it is held until it is released or runs out",
  );
  if (ended instanceof LeaseLostError && orderly.includes(ended.reason)) return;
  if (flags.onLoss === "kill") {
    // It was named by whoever asks for it, so the system alone decides.
    const { outcome, evidence } = signalProcess(holder, "SIGKILL", { anyUser: true });
    if (outcome === "refused") tell(`tenure: process ${flags.pid} was not killed: ${escapeForDisplay(evidence)}\n`);
  } else if (processState(holder) !== "dead")
    tell(
      `tenure: process ${flags.pid} was left alone: only a fence keeps its writes out (--on-loss kill would end it)\n`,
    );
  throw ended;
}

/** Renews until the lease is over, and answers with why it is. Rejects when a signal asks this process to leave. */
async function beat(lease: Lease, holder: ProcessIdentity, flags: Flags, signal: AbortSignal): Promise<unknown> {
  const beating = keepAlive(lease, {
    clock: systemClock(),
    random: Math.random,
    watch: { process: { identity: holder, stateOf: (process) => processState(process) } },
    maxTermMs: flags.maxTerm,
    onEvent: (event) => (flags.json ? printDocument(event) : flags.verbose && tell(`${eventInWords(event)}\n`)),
  });
  const progress = (): void => beating.progress();
  process.on("SIGUSR2", progress);
  const leave = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error)),
  );
  try {
    await Promise.race([beating.ended, leave]);
    return lease.signal.reason;
  } finally {
    process.off("SIGUSR2", progress);
    await beating.stop();
  }
}

/** A side-car for another process than the one in the record would keep a dead leader in office. */
function assertActs(lease: Lease, holder: ProcessIdentity): void {
  const recorded = lease.record.holder;
  if (recorded === null || recorded.pid === null) return;
  if (recorded.pid === holder.pid && recorded.processStartTime === holder.processStartTime) return;
  const { name, holderIdentity, epoch } = lease;
  throw new LeaseError(
    "ENOTACQUIRED",
    `lease "${name}" (holder "${holderIdentity}", epoch ${epoch}) was acquired for process ${recorded.pid}, ` +
      `started ${recorded.processStartTime}, and not for process ${holder.pid}, started ${holder.processStartTime}`,
    { name, holderIdentity, epoch },
  );
}
