import type { LeaseEvent } from "@tenure/schema";
import { exitCodeOf, runUnderLease, superviseUnderLease, type RunEvent, type RunOutcome } from "@tenure/watchdog";
import type { Command } from "commander";
import { openContext } from "../context.ts";
import { usageError } from "../failure.ts";
import {
  holderOption,
  progressOptions,
  refuseIdle,
  restartOptions,
  storeOptions,
  timingAliases,
  timingOptions,
  waitOptions,
  type ProgressFlags,
  type RestartFlags,
  type StoreFlags,
  type TimingFlags,
  type WaitFlags,
} from "../options.ts";
import { eventOfRunInWords, tellerFor } from "../output/teller.ts";
import { ServiceManager } from "../service-manager.ts";
import { progressOptionsOf } from "../settings/progress-options.ts";
import { usablePolicyOf } from "../settings/restart-policy.ts";
import { asFailure } from "./cannot-start.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TimingFlags, RestartFlags, ProgressFlags, WaitFlags {
  readonly holder?: string;
  readonly verbose?: boolean;
}

export function run(program: Command, argv: readonly string[] | undefined): void {
  const command = verb(program, "run <name>", {
    summary: "Run a command under a lease",
    does: "Run a command under a lease: acquire, renew, run, release; end with the command's exit code",
    json: "each event as a line on stderr; on stdout, which is the command's, only a failure (tenure schema run-event; of the lease: event; of a failure: error)",
    examples: [
      ["tenure run orders -- node orchestrator.js", "wait for the lease, then lead"],
      ["tenure run nightly --no-wait -- ./backup.sh", "skip it when another runs it: exit 75"],
      ["tenure run orders --restart on-failure -- ./serve", "again after a crash, within a budget"],
      [
        "tenure run orders --progress pipe --restart on-failure -- ./serve",
        "also when it hangs: no line on LEASE_PROGRESS_FD",
      ],
      ["tenure run orders --ttl 5s --timeout 30s -- ./serve", "a quicker takeover, a bounded wait"],
    ],
    aliases: timingAliases,
    environment: [
      "LEASE_EPOCH                  the epoch it leads with, to fence its writes by",
      "LEASE_NAME, LEASE_STORE_ID   of what it is leader, and where",
      "LEASE_HOLDER_IDENTITY        as whom",
      "LEASE_DURATION_SECONDS       how long the lease lasts without a renewal",
      "LEASE_PROGRESS_FD            where its lines are read (--progress pipe)",
    ],
    exitCodes: [
      "its own, or 128+n when signal n ended the command",
      "75  held by another (--no-wait)",
      "79  the lease was lost, and the command was stopped",
      "124 --timeout passed",
      "126 the command cannot be started, 127 there is no such command",
    ],
  })
    .usage("<name> [options] -- <command> [arguments...]")
    .option("-v, --verbose", "say on stderr what happens, also when it is no terminal");
  const conduct = progressOptions(restartOptions(timingOptions(holderOption(storeOptions(command)))));
  waitOptions(conduct).action((name: string, flags: Flags) => perform(name, flags, argv, command));
}

/** What `--restart` and `--progress` are told further. */
const RESTART_DETAILS = ["restartBurst", "restartWindow", "backoff", "stableAfter", "onExhausted", "cooldown"];
const PROGRESS_DETAILS = ["progressDeadline", "grace"];

async function perform(name: string, flags: Flags, argv: readonly string[] | undefined, verb: Command): Promise<void> {
  const [command, ...args] = argv ?? [];
  if (command === undefined)
    throw usageError("no command to run: put it after -- , as in tenure run orders -- ./serve");
  if (!flags.wait && flags.timeout !== undefined) throw usageError("--no-wait and --timeout exclude each other");
  const service = ServiceManager.ofEnvironment(process.env);
  await using context = await openContext(flags, name);
  const { host } = context;
  const progress = progressOptionsOf(context.settings.values);
  const policy = usablePolicyOf(context.settings);
  if (progress === undefined) refuseIdle(verb, PROGRESS_DETAILS, "with --progress pipe, file:PATH or http:URL");
  if (policy.restart === "never") refuseIdle(verb, RESTART_DETAILS, "with --restart on-failure or always");
  const client = context.clientFor();
  const teller = tellerFor(flags);
  if (flags.wait) void teller.waiting(name, client);
  const options = {
    client,
    name,
    command,
    args,
    ...(!flags.wait && { wait: false as const }),
    ...(flags.timeout !== undefined && { wait: { timeoutMs: flags.timeout } }),
    clock: host.clock,
    random: Math.random,
    ...(progress !== undefined && { progress }),
    onEvent: (event: RunEvent | LeaseEvent) => {
      teller.tell(event, { name, time: host.clock.wallTime() });
      if (service !== null && shownStates.has(event.type)) service.status(eventOfRunInWords(event));
    },
  };
  service?.status(`standby for "${name}"`);
  service?.ready();
  const running =
    policy.restart === "never"
      ? runUnderLease(options)
      : superviseUnderLease({ ...options, policy, directory: context.memoryDirectory });
  end(
    await running.finally(() => {
      teller.done();
      service?.close();
    }),
  );
}

/** What a service manager shows of a service: whether it leads, or why it does not. */
const shownStates: ReadonlySet<string> = new Set([
  "run.leading",
  "run.hindered",
  "run.child_ended",
  "run.judged",
  "run.stopping",
  "run.restarting",
  "run.exhausted",
]);

/** What is not the command's own end is told as every other failure is. */
function end(outcome: RunOutcome): void {
  process.exitCode = exitCodeOf(outcome);
  switch (outcome.how) {
    case "lost":
    case "stuck":
      throw outcome.error;
    case "not-started":
      throw asFailure(outcome.error);
    case "exited":
    case "signalled":
    case "given-up":
  }
}
