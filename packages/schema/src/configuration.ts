import { z } from "zod";
import { quoteForDisplay } from "./display.ts";
import { durationPattern, durationRule, parseDuration } from "./duration.ts";
import { durationMsSchema } from "./number.ts";
import { parseProgressOrigin, PROGRESS_ORIGIN_MAX_LENGTH, progressOriginRule } from "./progress-origin.ts";
import { holderIdentitySchema, leaseNameSchema, machineTokenSchema } from "./text.ts";
import type { TimingSettings } from "./timing.ts";

/** What other tools call these things. Never accepted, since two spellings hide each other; named when they are met. */
const knownElsewhereAs: Readonly<Record<string, string>> = {
  ttl: "timing.leaseDuration",
  ttl_ms: "timing.leaseDuration",
  leader_id: "holderIdentity",
  leader_epoch: "nothing here: tenure issues epochs itself",
  last_heartbeat: "nothing here: tenure writes renewTime itself",
};

function refuseUnknownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const there = issue.inst instanceof z.ZodObject ? `; there are ${Object.keys(issue.inst.shape).join(", ")}` : "";
  return issue.keys
    .map((key) => {
      const ours = Object.hasOwn(knownElsewhereAs, key) ? knownElsewhereAs[key] : undefined;
      return `unknown key ${quoteForDisplay(key)}${ours === undefined ? there : ` (here it is ${ours})`}`;
    })
    .join("; ");
}

/** `"15s"`, or a number of milliseconds. */
export const durationSettingSchema = z.union(
  [durationMsSchema, z.string().regex(durationPattern, durationRule).refine(isDuration, durationRule)],
  { error: `${durationRule}; a bare number is milliseconds` },
);

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) >= 0;
  } catch {
    return false;
  }
}

export const configurationTimingSchema = z
  .strictObject(
    {
      leaseDuration: durationSettingSchema.describe(
        "How long a record stands before another may take over. Default 15s.",
      ),
      renewDeadline: durationSettingSchema.describe(
        "How long after its last successful renewal a holder may begin anything. Derived: 0.8 of the lease duration.",
      ),
      renewInterval: durationSettingSchema.describe("How often a holder renews. Derived: 0.18 of the lease duration."),
      requestTimeout: durationSettingSchema.describe("After which a request's outcome is unknown."),
      stopTimeout: durationSettingSchema.describe("How long the work needs to stop, poll and kill grace included."),
      lockDelay: durationSettingSchema.describe(
        "Kept after an unclean end, for effects that reach off this host. Default 0.",
      ),
      clockGranularity: durationSettingSchema.describe("Clock resolution and store granularity."),
      jitterFactor: z.number().min(1).max(10).describe("An interval is drawn from [R, R·jitterFactor]. Default 1.2."),
      clockRateError: z.number().min(0).max(0.5).describe("Largest relative error of one clock's rate. Default 0.01."),
    },
    { error: refuseUnknownKeys },
  )
  .partial();
export type ConfigurationTiming = z.infer<typeof configurationTimingSchema>;

/** After which ends a command is started again, and what follows a budget that is spent. */
export const restartConditions = ["never", "on-failure", "always"] as const;
export const exhaustedActions = ["cooldown", "stop"] as const;

export const configurationRestartSchema = z
  .strictObject(
    {
      when: z.enum(restartConditions).describe("When `tenure run` starts its command again. Default never."),
      burst: z.int().min(1).max(100).describe("At most so many restarts after a failure within the window. Default 5."),
      window: durationSettingSchema.describe("Over which restarts are counted. Default 10m."),
      backoff: durationSettingSchema.describe(
        "Before the first restart; it doubles with each further failure. Default 1s.",
      ),
      stableAfter: durationSettingSchema.describe("A run that lasted so long ends the count of failures. Default 5m."),
      onExhausted: z.enum(exhaustedActions).describe("What follows when the budget is spent. Default cooldown."),
      cooldown: durationSettingSchema.describe("Before each probe of a spent budget. Default 5m."),
    },
    { error: refuseUnknownKeys },
  )
  .partial();
export type ConfigurationRestart = z.infer<typeof configurationRestartSchema>;

export const configurationProgressSchema = z
  .strictObject(
    {
      from: z
        .string()
        .max(PROGRESS_ORIGIN_MAX_LENGTH)
        .refine(isProgressOrigin, progressOriginRule)
        .describe(
          "Where the command of `tenure run` reports progress: pipe, file:PATH (relative to this file), http:URL.",
        ),
      deadline: durationSettingSchema.describe("The longest between two reports. Default 30s."),
      grace: durationSettingSchema.describe(
        "So long after its start the command may be silent. Default: the deadline.",
      ),
    },
    { error: refuseUnknownKeys },
  )
  .partial();
export type ConfigurationProgress = z.infer<typeof configurationProgressSchema>;

function isProgressOrigin(text: string): boolean {
  try {
    return parseProgressOrigin(text) !== null;
  } catch {
    return false;
  }
}

const leaseConfigurationSchema = z.strictObject(
  {
    timing: configurationTimingSchema.optional(),
    restart: configurationRestartSchema.optional(),
    progress: configurationProgressSchema.optional(),
  },
  { error: refuseUnknownKeys },
);

/** `tenure.config.json`. Strict: a key that is not known is an error, so that a misspelt safety setting is not ignored. */
export const configurationSchema = z.strictObject(
  {
    $schema: z.string().max(4096).optional().describe("Where editors find this schema."),
    directory: z.string().min(1).max(4096).optional().describe("The state directory; relative to this file."),
    store: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("The server that keeps the leases, as postgres://user@host/database; instead of a directory."),
    storePasswordFile: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("Holds the password of the server's user; relative to this file."),
    storeId: machineTokenSchema
      .optional()
      .describe("Refuse any other store than this one, as `tenure status` prints it."),
    holderIdentity: holderIdentitySchema.optional().describe("Who this candidate is, as people know it."),
    floorDirectory: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("Where the second copy of the epoch floor is kept; outside the state directory."),
    timing: configurationTimingSchema.optional().describe("Timing of every lease."),
    restart: configurationRestartSchema.optional().describe("How `tenure run` starts a command again."),
    progress: configurationProgressSchema.optional().describe("How `tenure run` knows that the work goes on."),
    leases: z
      .record(leaseNameSchema, leaseConfigurationSchema)
      .optional()
      .describe("Settings of single leases, by name."),
  },
  { error: refuseUnknownKeys },
);
export type Configuration = z.infer<typeof configurationSchema>;

const durationSettings = {
  leaseDuration: "leaseDurationMs",
  renewDeadline: "renewDeadlineMs",
  renewInterval: "renewIntervalMs",
  requestTimeout: "requestTimeoutMs",
  stopTimeout: "stopTimeoutMs",
  lockDelay: "lockDelayMs",
  clockGranularity: "clockGranularityMs",
} as const;

/** The timing of a configuration as code takes it, in milliseconds. */
export function toTimingSettings(timing: ConfigurationTiming): TimingSettings {
  const settings: TimingSettings = {};
  for (const key of Object.keys(durationSettings) as (keyof typeof durationSettings)[]) {
    const value = timing[key];
    if (value !== undefined) settings[durationSettings[key]] = typeof value === "number" ? value : parseDuration(value);
  }
  if (timing.jitterFactor !== undefined) settings.jitterFactor = timing.jitterFactor;
  if (timing.clockRateError !== undefined) settings.clockRateError = timing.clockRateError;
  return settings;
}
