import type { TimingSettings } from "@tenure/schema";

/** The settings of tenure, flat: what a file writes as `timing.leaseDuration: "15s"` is `leaseDurationMs: 15000` here. */
export interface Values extends TimingSettings {
  directory?: string;
  /** The URL of a server that keeps the leases, instead of the directory. */
  store?: string;
  storePasswordFile?: string;
  storeId?: string;
  holderIdentity?: string;
  floorDirectory?: string;
  restartWhen?: "never" | "on-failure" | "always";
  restartBurst?: number;
  restartWindowMs?: number;
  backoffMs?: number;
  stableAfterMs?: number;
  onExhausted?: "cooldown" | "stop";
  cooldownMs?: number;
  /** `pipe`, `file:PATH` or `http:URL`. */
  progressFrom?: string;
  progressDeadlineMs?: number;
  progressGraceMs?: number;
}

export type Key = keyof Values;
export type TimingKey = keyof TimingSettings;

/** How a key's text is read: as it stands, as a URL, as a path from where it was written, as a duration, as a number, as one of a few words, as a place where progress is reported. */
type Kind = "text" | "progress" | "url" | "path" | "duration" | "number" | "choice";

export interface KeyForm {
  readonly kind: Kind;
  readonly env: string;
  readonly flag?: string;
  /** Its place in a configuration file. */
  readonly path: string;
  readonly choices?: readonly string[];
}

export const keyForms: Readonly<Record<Key, KeyForm>> = {
  directory: { kind: "path", env: "TENURE_DIR", flag: "--dir", path: "directory" },
  store: { kind: "url", env: "TENURE_STORE", flag: "--store", path: "store" },
  storePasswordFile: { kind: "path", env: "TENURE_STORE_PASSWORD_FILE", path: "storePasswordFile" },
  storeId: { kind: "text", env: "TENURE_STORE_ID", path: "storeId" },
  holderIdentity: { kind: "text", env: "TENURE_HOLDER", flag: "--holder", path: "holderIdentity" },
  floorDirectory: { kind: "path", env: "TENURE_FLOOR_DIR", path: "floorDirectory" },
  leaseDurationMs: timing("leaseDuration", "TENURE_LEASE_DURATION", "--lease-duration"),
  renewDeadlineMs: timing("renewDeadline", "TENURE_RENEW_DEADLINE", "--renew-deadline"),
  renewIntervalMs: timing("renewInterval", "TENURE_RENEW_INTERVAL", "--renew-interval"),
  requestTimeoutMs: timing("requestTimeout", "TENURE_REQUEST_TIMEOUT", "--request-timeout"),
  stopTimeoutMs: timing("stopTimeout", "TENURE_STOP_TIMEOUT", "--stop-timeout"),
  lockDelayMs: timing("lockDelay", "TENURE_LOCK_DELAY", "--lock-delay"),
  clockGranularityMs: timing("clockGranularity", "TENURE_CLOCK_GRANULARITY"),
  jitterFactor: { ...timing("jitterFactor", "TENURE_JITTER_FACTOR"), kind: "number" },
  clockRateError: { ...timing("clockRateError", "TENURE_CLOCK_RATE_ERROR"), kind: "number" },
  restartWhen: {
    ...restart("when", "TENURE_RESTART", "--restart"),
    kind: "choice",
    choices: ["never", "on-failure", "always"],
  },
  restartBurst: { ...restart("burst", "TENURE_RESTART_BURST", "--restart-burst"), kind: "number" },
  restartWindowMs: restart("window", "TENURE_RESTART_WINDOW", "--restart-window"),
  backoffMs: restart("backoff", "TENURE_BACKOFF", "--backoff"),
  stableAfterMs: restart("stableAfter", "TENURE_STABLE_AFTER", "--stable-after"),
  onExhausted: {
    ...restart("onExhausted", "TENURE_ON_EXHAUSTED", "--on-exhausted"),
    kind: "choice",
    choices: ["cooldown", "stop"],
  },
  cooldownMs: restart("cooldown", "TENURE_COOLDOWN", "--cooldown"),
  progressFrom: { kind: "progress", env: "TENURE_PROGRESS", path: "progress.from", flag: "--progress" },
  progressDeadlineMs: {
    kind: "duration",
    env: "TENURE_PROGRESS_DEADLINE",
    path: "progress.deadline",
    flag: "--progress-deadline",
  },
  progressGraceMs: { kind: "duration", env: "TENURE_GRACE", path: "progress.grace", flag: "--grace" },
};

export const keys: readonly Key[] = Object.keys(keyForms) as Key[];

/** What a configuration file may say for all leases or for one: the timing, how a command is started again, how it reports progress. */
export const sections = ["timing", "restart", "progress"] as const;
export type Section = (typeof sections)[number];

/** Everything a client's timing is derived from. */
export const timingKeys: readonly TimingKey[] = keys.filter((key): key is TimingKey => sectionOf(key) === "timing");

export function keysOf(section: Section): readonly Key[] {
  return keys.filter((key) => sectionOf(key) === section);
}

export function sectionOf(key: Key): Section | undefined {
  return sections.find((section) => keyForms[key].path.startsWith(`${section}.`));
}

function restart(key: string, env: string, flag: string): KeyForm {
  return { kind: "duration", env, path: `restart.${key}`, flag };
}

function timing(key: string, env: string, flag?: string): KeyForm {
  return { kind: "duration", env, path: `timing.${key}`, ...(flag !== undefined && { flag }) };
}
