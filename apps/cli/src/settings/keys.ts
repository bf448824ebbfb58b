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
}

export type Key = keyof Values;
export type TimingKey = keyof TimingSettings;

/** How a key's text is read: as it stands, as a URL, as a path from where it was written, as a duration, as a number. */
type Kind = "text" | "url" | "path" | "duration" | "number";

export interface KeyForm {
  readonly kind: Kind;
  readonly env: string;
  readonly flag?: string;
  /** Its place in a configuration file. */
  readonly path: string;
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
};

export const keys: readonly Key[] = Object.keys(keyForms) as Key[];

/** Everything a client's timing is derived from. */
export const timingKeys: readonly TimingKey[] = keys.filter((key): key is TimingKey =>
  keyForms[key].path.startsWith("timing."),
);

function timing(key: string, env: string, flag?: string): KeyForm {
  return { kind: "duration", env, path: `timing.${key}`, ...(flag !== undefined && { flag }) };
}
