import { configurationSchema, toTimingSettings } from "@tenure/schema";
import { describe, expect, test } from "vitest";

function issuesOf(value: unknown): string[] {
  const { error } = configurationSchema.safeParse(value);
  return (error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

describe("an unknown key is an error that names it", () => {
  test("at the top", () => {
    expect(issuesOf({ direktory: "x" })).toEqual([
      ': unknown key "direktory"; there are $schema, directory, store, storePasswordFile, storeId, holderIdentity, floorDirectory, timing, restart, progress, leases',
    ]);
  });

  test("in the timing of one lease", () => {
    expect(issuesOf({ leases: { a: { timing: { leaseDurations: "1s" } } } })).toEqual([
      'leases.a.timing: unknown key "leaseDurations"; there are leaseDuration, renewDeadline, renewInterval, requestTimeout, stopTimeout, lockDelay, clockGranularity, jitterFactor, clockRateError',
    ]);
  });

  test.each([
    ["ttl", "timing.leaseDuration"],
    ["ttl_ms", "timing.leaseDuration"],
    ["leader_id", "holderIdentity"],
    ["leader_epoch", "epochs"],
    ["last_heartbeat", "renewTime"],
  ])("what is called %s elsewhere is told its name here", (key, ours) => {
    expect(issuesOf({ [key]: 1 })[0]).toMatch(new RegExp(`"${key}" \\(here it is .*${ours}`, "u"));
  });

  test("escaped, when it is hostile", () => {
    expect(issuesOf({ "a\u001b[2J": 1 })[0]).toContain(String.raw`"a\u001B[2J"`);
  });
});

describe("durations", () => {
  test.each(["15", "15 s", "-1s", "367d", "", null, Number.NaN])("%j is refused, with its path", (value) => {
    expect(issuesOf({ timing: { leaseDuration: value } })[0]).toMatch(/^timing\.leaseDuration: a duration is written/u);
  });

  test.each([-1, 1e12])("%d is refused, with its path", (value) => {
    expect(issuesOf({ timing: { leaseDuration: value } })[0]).toMatch(/^timing\.leaseDuration: .*expected number/u);
  });

  test("become milliseconds under the names of code", () => {
    expect(
      toTimingSettings({
        leaseDuration: "3m",
        renewDeadline: "2.4m",
        renewInterval: 60_000,
        requestTimeout: "1s",
        stopTimeout: "2s",
        lockDelay: "0s",
        clockGranularity: "20ms",
        jitterFactor: 1.5,
        clockRateError: 0.01,
      }),
    ).toEqual({
      leaseDurationMs: 180_000,
      renewDeadlineMs: 144_000,
      renewIntervalMs: 60_000,
      requestTimeoutMs: 1000,
      stopTimeoutMs: 2000,
      lockDelayMs: 0,
      clockGranularityMs: 20,
      jitterFactor: 1.5,
      clockRateError: 0.01,
    });
    expect(toTimingSettings({})).toEqual({});
  });
});

test.each(["../x", ".hidden", "-rf", ""])("%j is no name of a lease to configure", (name) => {
  expect(issuesOf({ leases: { [name]: {} } })).toHaveLength(1);
});
