import { parseDuration, parseProgressOrigin } from "@tenure/schema/light";
import { InvalidArgumentError, Option, type Command } from "commander";
import { usageError } from "./failure.ts";

/** Where a lease is kept; every verb that opens a store takes these. */
export interface StoreFlags {
  readonly dir?: string;
  readonly store?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly allowNetworkFilesystem?: boolean;
  readonly insecureDirectory?: boolean;
}

export interface TimingFlags {
  readonly leaseDuration?: number;
  readonly renewDeadline?: number;
  readonly renewInterval?: number;
  readonly requestTimeout?: number;
  readonly stopTimeout?: number;
  readonly lockDelay?: number;
}

export interface RestartFlags {
  readonly restart?: "never" | "on-failure" | "always";
  readonly restartBurst?: number;
  readonly restartWindow?: number;
  readonly backoff?: number;
  readonly stableAfter?: number;
  readonly onExhausted?: "cooldown" | "stop";
  readonly cooldown?: number;
}

export interface ProgressFlags {
  readonly progress?: string;
  readonly progressDeadline?: number;
  readonly grace?: number;
}

export interface WaitFlags {
  /** `false`: `--no-wait`. */
  readonly wait: boolean;
  readonly timeout?: number;
}

export interface TermFlags {
  readonly holder?: string;
  readonly epoch?: number;
}

export function storeOptions(command: Command): Command {
  return command
    .option("--dir <path>", "state directory (TENURE_DIR)", notEmpty)
    .option("--store <url>", "server instead of a directory, as postgres://user@host/database (TENURE_STORE)", notEmpty)
    .option("--config <path>", "configuration file instead of ./tenure.config.json (TENURE_CONFIG)", notEmpty)
    .option("--allow-network-filesystem", "accept NFS, SMB and the like, where two machines may lead at once")
    .option("--insecure-directory", "accept folders that others own or may write to");
}

export function timingOptions(command: Command): Command {
  return command
    .addOption(
      duration("--ttl, --lease-duration <duration>", "how long a record stands before another may take over (15s)"),
    )
    .addOption(
      duration(
        "--renew-deadline <duration>",
        "how long after its last renewal a holder may begin anything (0.8 of the lease duration)",
      ),
    )
    .addOption(duration("--renew-interval <duration>", "how often it renews (0.18 of the lease duration)"))
    .addOption(
      duration(
        "--request-timeout <duration>",
        "after which a request's outcome is unknown (1/15 of the lease duration)",
      ),
    )
    .addOption(
      duration(
        "--stop-timeout <duration>",
        "how long the work needs to stop, kill grace included (2/15 of the lease duration)",
      ),
    )
    .addOption(duration("--lock-delay <duration>", "kept after an unclean end, for effects off this host (0s)"));
}

export function restartOptions(command: Command): Command {
  const when = new Option("--restart <when>", "start the command again when it has ended (never)");
  const onExhausted = new Option("--on-exhausted <what>", "when the budget is spent (cooldown: one probe after each)");
  return command
    .addOption(when.choices(["never", "on-failure", "always"]))
    .addOption(new Option("--restart-burst <number>", "restarts within the window (5)").argParser(wholeNumber))
    .addOption(duration("--restart-window <duration>", "over which restarts are counted (10m)"))
    .addOption(duration("--backoff <duration>", "before the first restart; doubled with each further failure (1s)"))
    .addOption(duration("--stable-after <duration>", "a run that lasts so long ends the count of failures (5m)"))
    .addOption(onExhausted.choices(["cooldown", "stop"]))
    .addOption(duration("--cooldown <duration>", "before each probe of a spent budget (5m)"));
}

export function progressOptions(command: Command): Command {
  const from = new Option("--progress <from>", "how its work shows that it goes on: pipe, file:PATH, http:URL");
  return command
    .addOption(from.argParser(progressOrigin))
    .addOption(duration("--progress-deadline <duration>", "the longest between two reports before it is ended (30s)"))
    .addOption(duration("--grace <duration>", "so long after its start it may be silent (the deadline)"));
}

export function waitOptions(command: Command): Command {
  return command
    .addOption(new Option("--wait", "wait until the lease is free").default(true))
    .option("--no-wait", "one attempt; exit 75 when another holds it")
    .addOption(duration("--timeout <duration>", "wait this long at most; exit 124"));
}

export function holderOption(command: Command): Command {
  return command.option(
    "--holder <identity>",
    "who you are, as people know it (TENURE_HOLDER; default: host and process)",
  );
}

/** The term a one-shot verb acts for. */
export function termOptions(command: Command): Command {
  return command
    .option("--holder <identity>", "the identity that holds the lease")
    .option("--epoch <number>", "the epoch of its term", wholeNumber);
}

/** Everything `acquire` and `run` are told about time is also known by these names. */
export const timingAliases: readonly string[] = [
  "--ttl, TTL, ttl_ms, leaseDurationSeconds   the lease duration",
  "leader_id                                  the holder identity",
  "leader_epoch, fencing token                the epoch",
  "last_heartbeat                             the renew time",
];

export function duration(flags: string, description: string): Option {
  return new Option(flags, description).argParser(durationMs);
}

export function stallOption(): Option {
  return duration(
    "--stall <duration>",
    "how long work may report no progress before it counts as hung (its progress deadline, or 0s)",
  );
}

function durationMs(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function progressOrigin(text: string): string {
  try {
    parseProgressOrigin(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Largest number the kernel's own type for it takes. */
const PID_MAX = 2 ** 31 - 1;

export function processId(text: string): number {
  const pid = wholeNumber(text);
  if (pid < 1 || pid > PID_MAX) throw new InvalidArgumentError("There is no process of that number.");
  return pid;
}

/** An unset variable in quotes must not come to mean the folder one happens to be in. */
export function notEmpty(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** What people are to read. */
export function notBlank(text: string): string {
  return text.trim() === "" ? notEmpty("") : text;
}

/**
 * Options that count only beside another, which is not there: dropped without a word, they would be believed in.
 * @throws LeaseError `EUSAGE` with the first that was given.
 */
export function refuseIdle(command: Command, attributes: readonly string[], useful: string): void {
  const idle = command.options.find((option) => {
    const attribute = option.attributeName();
    return attributes.includes(attribute) && command.getOptionValueSource(attribute) === "cli";
  });
  if (idle !== undefined) throw usageError(`${idle.long ?? idle.flags} is of use only ${useful}`);
}

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/u.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError("It is not a whole number.");
  return number;
}
