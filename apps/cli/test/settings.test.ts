import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationSchema } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { checkConfiguration } from "../src/settings/check.ts";
import { loadSettings } from "../src/settings/load.ts";
import { NotRecognisedError, recogniseConfiguration } from "../src/settings/recognise.ts";
import { timingOf } from "../src/settings/settings.ts";
import { Sandbox } from "./sandbox.ts";

describe("settings", () => {
  test("come from flags, then TENURE_*, then the file here, then the machine's, then tenure, each with its origin", async () => {
    const { directory: cwd } = new Sandbox();
    const system = join(cwd, "system.json");
    writeFileSync(
      system,
      JSON.stringify({ holderIdentity: "m", storeId: "m", floorDirectory: "m", timing: { lockDelay: "1s" } }),
    );
    writeFileSync(
      join(cwd, "tenure.config.json"),
      JSON.stringify({
        holderIdentity: "f",
        storeId: "f",
        timing: { leaseDuration: 20_000, renewInterval: "2s" },
        leases: { orders: { timing: { renewInterval: "3s" } } },
      }),
    );
    const settings = await loadSettings({
      flags: { leaseDurationMs: 30_000 },
      env: { TENURE_HOLDER: "e", TENURE_LEASE_DURATION: "25s", TENURE_JITTER_FACTOR: "1.5", HOME: cwd },
      cwd,
      system,
      leaseName: "orders",
    });
    const seen = Object.fromEntries(
      [...settings.origins].map(([key, { kind, where }]) => [key, [settings.values[key], kind, where]]),
    );
    const file = join(cwd, "tenure.config.json");
    expect(seen).toMatchObject({
      leaseDurationMs: [30_000, "flag", "--lease-duration"],
      holderIdentity: ["e", "env", "TENURE_HOLDER"],
      jitterFactor: [1.5, "env", "TENURE_JITTER_FACTOR"],
      storeId: ["f", "file", `${file} storeId`],
      renewIntervalMs: [3_000, "file", `${file} leases.orders.timing.renewInterval`],
      floorDirectory: [join(cwd, "m"), "file", `${system} floorDirectory`],
      lockDelayMs: [1_000, "file", `${system} timing.lockDelay`],
    });
    expect(settings.origins.get("directory")?.kind).toBe("default");
    expect(timingOf(settings.values)).toEqual({
      leaseDurationMs: 30_000,
      renewIntervalMs: 3_000,
      lockDelayMs: 1_000,
      jitterFactor: 1.5,
    });
  });

  test("take paths from where they are written", async () => {
    const { directory } = new Sandbox();
    mkdirSync(join(directory, "etc"));
    const configuration = join(directory, "etc/tenure.json");
    writeFileSync(configuration, JSON.stringify({ directory: "state" }));
    const fromFile = await loadSettings({ flags: {}, env: {}, cwd: directory, configuration });
    expect(fromFile.values.directory).toBe(join(directory, "etc/state"));
    const fromEnv = await loadSettings({ flags: {}, env: { TENURE_DIR: "here" }, cwd: directory });
    expect(fromEnv.values.directory).toBe(join(directory, "here"));
  });

  test.each([
    [{ TENURE_LEASE_DURATION: "15" }, /^TENURE_LEASE_DURATION: .*no unit/],
    [{ TENURE_CLOCK_RATE_ERROR: "x" }, /^TENURE_CLOCK_RATE_ERROR: /],
    [{ TENURE_HOLDER: "a\u202eb" }, /^TENURE_HOLDER: /],
  ])("refuse %j and name the variable", async (env, message) => {
    const { directory } = new Sandbox();
    await expect(loadSettings({ flags: {}, env, cwd: directory })).rejects.toMatchObject({
      code: "ECONFIG",
      message: expect.stringMatching(message) as string,
    });
  });
});

describe("the quick look at a configuration", () => {
  const plain = [
    {},
    { $schema: "./schema.json" },
    { directory: "x", floorDirectory: "/y", storeId: "abc", holderIdentity: "worker-a é 東" },
    { timing: { leaseDuration: "15s", renewInterval: 2700, lockDelay: 0, jitterFactor: 1.2, clockRateError: 0.01 } },
    { leases: { orders: {}, "a.b_c-1": { timing: { renewDeadline: "1m30s" } } } },
  ];
  const odd: unknown[] = [
    null,
    [],
    "x",
    { ttl_ms: 1 },
    { directory: "" },
    { directory: 1 },
    { directory: "x".repeat(1025) },
    { storeId: "a b" },
    { storeId: "é" },
    { holderIdentity: "" },
    { holderIdentity: "a\u0000" },
    { timing: [] },
    { timing: { leaseDuration: "15" } },
    { timing: { leaseDuration: -1 } },
    { timing: { leaseDuration: Number.NaN } },
    { timing: { leaseDuration: 1e15 } },
    { timing: { leaseDuration: "9999d" } },
    { timing: { jitterFactor: 0 } },
    { timing: { jitterFactor: "1.2" } },
    { timing: { clockRateError: 0.6 } },
    { timing: { ttl: "15s" } },
    { leases: { "../x": {} } },
    { leases: { orders: { directory: "x" } } },
    { leases: { orders: null } },
    JSON.parse('{"__proto__": {"directory": "x"}}'),
  ];

  test.each(plain)("recognises %j, as the schema does", (value) => {
    expect(recogniseConfiguration(value)).toBe(value);
    expect(checkConfiguration(value)).toEqual(value);
  });

  test.each(odd)("leaves what is not plain to the schema: %#", (value) => {
    expect(() => recogniseConfiguration(value)).toThrow(NotRecognisedError);
  });

  test("accepts nothing that the schema refuses", () => {
    const values = [...plain, ...odd];
    const parts = values.flatMap((value) => (typeof value === "object" && value !== null ? Object.entries(value) : []));
    const mixed = parts.flatMap(([key, value]) =>
      values.map((other) => ({ ...(other as object), [key]: value as unknown })),
    );
    for (const value of mixed) {
      const recognised = (() => {
        try {
          return recogniseConfiguration(value) !== undefined;
        } catch {
          return false;
        }
      })();
      if (recognised)
        expect(configurationSchema.safeParse(value), JSON.stringify(value)).toMatchObject({ success: true });
    }
  });
});
