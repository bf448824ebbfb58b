import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import type { Configuration } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkConfiguration } from "../src/settings/check.ts";
import { CONFIGURATION_NAME, readConfigurationFiles } from "../src/settings/file.ts";
import { NotRecognisedError, recogniseConfiguration } from "../src/settings/recognise.ts";

// A seed is printed when one fails.
const settings = { numRuns: 600, interruptAfterTimeLimit: 3_000 };

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    "",
    "15",
    "-1s",
    "367d",
    -1,
    0.5,
    11,
    1e12,
    "x".repeat(1025),
    "a\u202Eb",
  ),
);
const mostly = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 20, arbitrary: good }, { weight: 1, arbitrary: odd });
const keyOf = (...known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom("leaseduration", "ttl", "toString", "__proto__", "constructor") },
  );
const text = mostly(fc.constantFrom(".tenure", "host-a", "é", " ", "../x"));
const durations = fc.constantFrom<unknown>("15s", "250ms", "1h30m", "0s", "366d", 15_000, 0, 1);
const durationKeys = ["leaseDuration", "renewDeadline", "renewInterval", "requestTimeout", "stopTimeout", "lockDelay"];
const timing = fc.dictionary(keyOf(...durationKeys, "clockGranularity"), mostly(durations), { maxKeys: 4 });
const restart = fc.record(
  {
    when: mostly(fc.constantFrom("never", "on-failure", "always")),
    burst: mostly(fc.constantFrom<unknown>(1, 100, 101)),
    window: mostly(durations),
    cooldown: mostly(durations),
    onExhausted: mostly(fc.constantFrom("stop", "cooldown")),
  },
  { requiredKeys: [] },
);
const progress = fc.record(
  {
    from: mostly(
      fc.constantFrom("pipe", "file:p", "file:", "http://127.0.0.1:1/h", "http:https://h", "http:p", "ftp://h", "Pipe"),
    ),
    deadline: mostly(durations),
    grace: mostly(durations),
  },
  { requiredKeys: [] },
);
const lease = fc.oneof(
  fc.dictionary(keyOf("timing"), mostly(timing), { maxKeys: 1 }),
  fc.dictionary(keyOf("restart"), mostly(restart), { maxKeys: 1 }),
  fc.dictionary(keyOf("progress"), mostly(progress), { maxKeys: 1 }),
);
const leases = fc.dictionary(fc.constantFrom("jobs", "orders", "a b", ".."), mostly(lease), { maxKeys: 2 });

/** Near to a configuration, and often one. */
const configuration = fc
  .record(
    {
      $schema: text,
      directory: text,
      floorDirectory: text,
      storeId: mostly(fc.constant("s1")),
      holderIdentity: text,
      timing: mostly(timing),
      restart: mostly(restart),
      progress: mostly(progress),
      leases: mostly(leases),
    },
    { requiredKeys: [] },
  )
  .chain((value) => fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, odd));

describe("whatever stands in a configuration", () => {
  test("what is recognised at sight is what the schema accepts, unchanged", () => {
    let recognised = 0;
    fc.assert(
      fc.property(configuration, (written) => {
        const value: unknown = JSON.parse(JSON.stringify(written));
        let seen: Configuration;
        try {
          seen = recogniseConfiguration(value);
        } catch (error) {
          expect(error).toBeInstanceOf(NotRecognisedError);
          return;
        }
        recognised += 1;
        expect(checkConfiguration(value)).toEqual(seen);
      }),
      settings,
    );
    expect(recognised).toBeGreaterThan(0);
  });

  test("a file is read, or refused with its path and ECONFIG", () => {
    const cwd = mkdtempSync(join(tmpdir(), "tenure-configuration-"));
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
    const path = join(cwd, CONFIGURATION_NAME);
    const bytes = fc.oneof(
      configuration.map((value) => Buffer.from(JSON.stringify(value))),
      fc.string({ unit: "binary" }).map((written) => Buffer.from(written)),
      fc.uint8Array().map((written) => Buffer.from(written)),
      fc
        .tuple(configuration, fc.nat({ max: 200 }))
        .map(([value, length]) => Buffer.from(JSON.stringify(value)).subarray(0, length)),
      fc.nat({ max: 200 }).map((depth) => Buffer.from("[".repeat(depth) + "]".repeat(depth))),
    );
    fc.assert(
      fc.property(bytes, (written) => {
        writeFileSync(path, written);
        try {
          const [file] = readConfigurationFiles({ cwd, system: join(cwd, "none") }, checkConfiguration);
          expect(file).toMatchObject({ path, directory: cwd });
        } catch (error) {
          expect(error).toBeInstanceOf(LeaseError);
          expect(error).toMatchObject({ code: "ECONFIG", message: expect.stringContaining(path) });
        }
      }),
      settings,
    );
  });
});
