import { readLeaseEvent, readLeaseRecord, readProcessIdentity } from "@tenure/schema/light";
import { describe, expect, test } from "vitest";
import { compile } from "../src/validator.ts";
import { event, freeRecord, process, record } from "./samples.ts";

describe("a record is refused with the path of the field", () => {
  test.each<[string, object, string]>([
    ["a time without a zone", { renewTime: "2026-01-31T08:30:00" }, "/renewTime"],
    ["a time with another zone", { acquireTime: "2026-01-31T08:30:00+02:00" }, "/acquireTime"],
    ["a zoneless time deep inside", { revoked: { by: "a", reason: "", time: "2026-01-31 08:30" } }, "/revoked/time"],
    ["NaN", { leaseDurationMs: Number.NaN }, "/leaseDurationMs"],
    ["1e999", { leaseDurationMs: Infinity }, "/leaseDurationMs"],
    ["2^53", { epoch: 2 ** 53 }, "/epoch"],
    ["an epoch below zero", { epoch: -1 }, "/epoch"],
    ["half an epoch", { epoch: 1.5 }, "/epoch"],
    ["an epoch in words", { epoch: "17" }, "/epoch"],
    ["a duration over a year", { lockDelayMs: 1e12 }, "/lockDelayMs"],
    ["a name that climbs", { name: "../x" }, "/name"],
    ["an identity that reorders text", { holderIdentity: "a\u202Eb" }, "/holderIdentity"],
    [
      "a remark with an escape sequence",
      { paused: { by: "a", nonce: "0123456789", reason: "\u001b[2J", expiresAfterMs: 1 } },
      "/paused/reason",
    ],
    ["pid 0", { holder: { ...process, pid: 0 } }, "/holder/pid"],
    ["a holder without an identity", { holderIdentity: null }, "/holder"],
    ["an identity without a holder", { holder: null }, "/holder"],
    ["an unknown reason", { releaseReason: "bored" }, "/releaseReason"],
    ["a list for an object", { child: [] }, "/child"],
    ["an unknown field that is no JSON", { extra: { deep: 1n } }, "/extra/deep"],
  ])("%s", (_what, change, path) => {
    expect(() => readLeaseRecord({ ...record, ...change })).toThrow(
      expect.objectContaining({ name: "SchemaError", code: "EINVALID", path }),
    );
  });

  test.each(Object.keys(record))("%s is missing", (field) => {
    const { [field as "name"]: _removed, ...rest } = record;
    expect(() => readLeaseRecord(rest)).toThrow(expect.objectContaining({ path: `/${field}` }));
  });

  test.each([undefined, null, 1, "", "{}", [], [record], true])("%j is no record", (value) => {
    expect(() => readLeaseRecord(value)).toThrow(expect.objectContaining({ code: "EINVALID" }));
  });

  test("a value that contains itself is refused, not followed", () => {
    const loop: Record<string, unknown> = { ...record };
    loop["self"] = loop;
    expect(() => readLeaseRecord(loop)).toThrow("nested too deep");
  });

  test("a field that is only inherited is missing", () => {
    expect(() => readLeaseRecord(Object.create(record))).toThrow(expect.objectContaining({ code: "EINVALID" }));
  });

  test("the message names the field, what was found, escaped, and the rule", () => {
    expect(() => readLeaseRecord({ ...record, renewTime: "now\u001b[2J" })).toThrow(
      String.raw`/renewTime of the lease record is "now\u001B[2J", where a time is RFC 3339 in UTC and ends with Z`,
    );
  });
});

test("a free record, an event and a process are read as they are", () => {
  expect(readLeaseRecord(freeRecord)).toBe(freeRecord);
  expect(readLeaseEvent(event)).toBe(event);
  expect(readProcessIdentity(process)).toBe(process);
});

test("an event names its field too", () => {
  expect(() => readLeaseEvent({ ...event, ended: { ...event.ended, how: "bored" } })).toThrow(
    expect.objectContaining({ path: "/ended/how" }),
  );
});

test("the validator refuses to ignore a keyword it does not know", () => {
  expect(() => compile({ type: "object", properties: { a: { oneOf: [] } } })).toThrow('"oneOf" is not known');
  expect(() => compile({ constructor: {} })).toThrow('"constructor" is not known');
});
