import {
  leaseEventSchema,
  leaseRecordSchema,
  lossReasonSchema,
  parseDuration,
  releaseReasonSchema,
  SchemaError,
  termEndSchema,
  toldTypes,
  transitionTypes,
} from "@tenure/schema";
import type { LeaseEvent, LeaseRecord, ProcessIdentity } from "@tenure/schema";
import { DURATION_MAX_MS, parseBoundedJson, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holderIdentityPattern, remarkPattern } from "../src/vocabulary.ts";

// A seed is printed when one fails.
const settings = { numRuns: 500, interruptAfterTimeLimit: 2_500 };
const bounds = { maxLength: 1_000_000, maxDepth: 16 };

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
const nonce = fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/);
const token = fc.stringMatching(/^[!-~]{1,128}$/);
const holderIdentity = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .filter((text) => holderIdentityPattern.test(text));
const remark = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => remarkPattern.test(text));
const count = fc.maxSafeNat();
const durationMs = fc.double({ min: 0, max: DURATION_MAX_MS, noNaN: true }).map((ms) => ms + 0);
const time = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());
/** What a newer minor version may have added. Integers beyond 2^53 are refused, wherever they stand. */
const added = fc.oneof(
  fc.boolean(),
  fc.string(),
  count,
  fc.constant(null),
  fc.array(remark),
  fc.record({ a: durationMs }),
);
const unknown = fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), added, { maxKeys: 2 });

const identity: fc.Arbitrary<ProcessIdentity> = fc.record({
  instanceId: token,
  hostId: token,
  bootId: token,
  pid: fc.option(fc.integer({ min: 1, max: 2 ** 31 })),
  processStartTime: fc.option(token),
  pidNamespace: fc.option(token),
  timeNamespace: fc.option(token),
  serviceName: fc.option(remark),
});

const record: fc.Arbitrary<LeaseRecord> = fc
  .record({
    unknown,
    held: fc.boolean(),
    holder: identity,
    heldBy: holderIdentity,
    rest: fc.record({
      schemaVersion: fc.constantFrom("1.0", "1.7"),
      name,
      epoch: count,
      nonce,
      renewer: fc.option(identity),
      child: fc.option(identity),
      leaseDurationMs: durationMs,
      renewDeadlineMs: durationMs,
      lockDelayMs: durationMs,
      acquireTime: fc.option(time),
      renewTime: fc.option(time),
      renewals: count,
      leaseTransitions: count,
      deadline: fc.option(fc.record({ bootId: token, timeNamespace: fc.option(token), boottimeMs: durationMs })),
      releaseTime: fc.option(time),
      releaseReason: fc.option(fc.constantFrom(...releaseReasonSchema.options)),
      preferredHolder: fc.option(fc.record({ holderIdentity, expiresAfterMs: durationMs })),
      paused: fc.option(fc.record({ by: holderIdentity, nonce, reason: remark, expiresAfterMs: durationMs })),
      revoked: fc.option(fc.record({ by: holderIdentity, reason: remark, time })),
    }),
  })
  .map(({ unknown: more, held, holder, heldBy, rest }) => ({
    ...more,
    ...rest,
    holderIdentity: held ? heldBy : null,
    holder: held ? holder : null,
  }));

const event: fc.Arbitrary<LeaseEvent> = fc.record(
  {
    type: fc.constantFrom(...transitionTypes, ...toldTypes),
    name,
    time,
    epoch: count,
    holderIdentity: fc.option(holderIdentity),
    ended: fc.record(
      {
        epoch: count,
        holderIdentity: fc.option(holderIdentity),
        how: fc.constantFrom(...termEndSchema.options),
        time,
        evidence: remark,
      },
      { requiredKeys: ["epoch", "holderIdentity", "how"] },
    ),
    releaseReason: fc.constantFrom(...releaseReasonSchema.options),
    lossReason: fc.constantFrom(...lossReasonSchema.options),
    by: holderIdentity,
    remark,
    remainingMs: durationMs,
  },
  { requiredKeys: ["type", "name", "time", "epoch", "holderIdentity"] },
);

describe("whatever may be written is read back as it was: by zod, by the light reader, through JSON", () => {
  test("a record, with what a newer version added", () => {
    fc.assert(
      fc.property(record, (value) => {
        const back = parseBoundedJson(JSON.stringify(value), bounds);
        expect(back).toEqual(value);
        expect(readLeaseRecord(back)).toEqual(value);
        expect(leaseRecordSchema.parse(back)).toEqual(value);
      }),
      settings,
    );
  });

  test("an event", () => {
    fc.assert(
      fc.property(event, (value) => {
        const back = parseBoundedJson(JSON.stringify(value), bounds);
        expect(readLeaseEvent(back)).toEqual(value);
        expect(leaseEventSchema.parse(back)).toEqual(value);
      }),
      settings,
    );
  });
});

describe("whatever is not", () => {
  test.each([
    ["readLeaseRecord", readLeaseRecord],
    ["readLeaseEvent", readLeaseEvent],
  ])("%s refuses any other value with a code, and nothing else is thrown", (_, read: (value: unknown) => unknown) => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
        (value) => {
          expect(() => read(value)).toThrow(SchemaError);
        },
      ),
      settings,
    );
  });

  test("a text is a duration within its bounds, or refused with what is one", () => {
    const part = fc.tuple(
      fc.constantFrom("1", "0", "00", "1.5", "999999999999", "-1", "1e3", " ", ""),
      fc.constantFrom("d", "h", "m", "s", "ms", "", "S"),
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.flat().join("")),
    );
    fc.assert(
      fc.property(text, (written) => {
        let durationMs: number;
        try {
          durationMs = parseDuration(written);
        } catch (error) {
          expect(error).toMatchObject({ code: "EUSAGE", message: expect.stringContaining("a duration is written") });
          return;
        }
        expect(durationMs).toBeGreaterThanOrEqual(0);
        expect(durationMs).toBeLessThanOrEqual(DURATION_MAX_MS);
      }),
      { ...settings, numRuns: 3_000 },
    );
  });
});
