import * as fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { editForeignLease, orchestratorAdoption, readForeignLease } from "../src/index.ts";

const text = `{\r\n\t"note" : "a \\"leader_id\\": \\u0041 }",\n "deep":{"leader_id":"not this",  "n":1.50e0},\n "leader_id":"a","leader_epoch" : 7 ,
"last_heartbeat":"2026-11-26T08:00:00Z","list":[ {"]":"}"} ],   "ttl_ms":180000,"last":-0.0}\n\n`;

test("an edit changes the mapped characters and no other", () => {
  const edited = editForeignLease(text, orchestratorAdoption, {
    holderIdentity: 'b"\\',
    epoch: 8,
    lastHeartbeatMs: Date.parse("2026-11-26T08:01:00Z"),
  });
  expect(edited).toBe(
    text
      .replace('"leader_id":"a"', () => '"leader_id":"b\\"\\\\"')
      .replace('"leader_epoch" : 7 ', '"leader_epoch" : 8 ')
      .replace("08:00:00Z", "08:01:00.000Z"),
  );
});

test("giving the file back clears the holder, keeps the epoch, and does nothing the second time", () => {
  const back = editForeignLease(text, orchestratorAdoption, { holderIdentity: null });
  expect(readForeignLease(back, orchestratorAdoption)).toMatchObject({ holderIdentity: null, epoch: 7 });
  expect(editForeignLease(back, orchestratorAdoption, { holderIdentity: null })).toBe(back);
});

test("an epoch that would go back is refused", () => {
  expect(() => editForeignLease(text, orchestratorAdoption, { epoch: 6 })).toThrow(
    expect.objectContaining({ code: "EEPOCHREGRESSION", facts: { epoch: 7 } }),
  );
});

test("other names, nested, with a heartbeat in milliseconds that stays a number", () => {
  const adoption = { holderIdentity: "/x~1y/w~0ho", epoch: "/x~1y/0", lastHeartbeat: "/at", leaseDurationMs: "/for" };
  const other = '{"at":1000,"x/y":{"w~ho":"","0":0},"for":5000}';
  expect(readForeignLease(other, adoption)).toEqual({
    holderIdentity: null,
    epoch: 0,
    lastHeartbeatMs: 1000,
    leaseDurationMs: 5000,
  });
  expect(editForeignLease(other, adoption, { holderIdentity: "z", lastHeartbeatMs: 2000 })).toBe(
    '{"at":2000,"x/y":{"w~ho":"z","0":0},"for":5000}',
  );
});

test("a heartbeat without a zone is UTC, whatever the zone of this process", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  onTestFinished(() => void vi.unstubAllEnvs());
  const zoneless = text.replace("08:00:00Z", "08:00:00");
  const lastHeartbeatMs = Date.UTC(2026, 10, 26, 8);
  expect(new Date(lastHeartbeatMs).getHours()).toBe(17);
  expect(readForeignLease(zoneless, orchestratorAdoption)).toMatchObject({ lastHeartbeatMs });
});

test("whatever else the file holds survives", () => {
  const lease = { leader_id: "a", leader_epoch: 1, last_heartbeat: null, ttl_ms: 1000 };
  const keys = fc
    .string()
    .filter((key) => !Object.hasOwn(lease, key) && !/^(?:__proto__|constructor|prototype)$/.test(key));
  const rest = fc.dictionary(
    keys,
    fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()), fc.constant({ leader_id: 1 })),
    {
      noNullPrototype: true,
    },
  );
  fc.assert(
    fc.property(rest, rest, fc.constantFrom(0, 1, "\t"), (before, after, indent) => {
      const whole = { ...before, ...lease, ...after };
      const edited = editForeignLease(JSON.stringify(whole, null, indent), orchestratorAdoption, {
        holderIdentity: "b",
      });
      expect(edited).toBe(JSON.stringify({ ...whole, leader_id: "b" }, null, indent));
    }),
  );
});

test.each([
  ["torn", text.slice(0, 80), ""],
  ["empty", "", ""],
  ["a list", "[]", "/leader_id"],
  ["a key twice", text.replace('"note"', '"ttl_ms"'), ""],
  ["huge", `"${"x".repeat(1_048_576)}"`, ""],
  ["a holder that is a number", text.replace('"leader_id":"a"', '"leader_id":1'), "/leader_id"],
  ["an epoch that is a text", text.replace(": 7", ': "7"'), "/leader_epoch"],
  ["an epoch below zero", text.replace(": 7", ": -7"), "/leader_epoch"],
  ["a time that is none", text.replace("2026", "soon"), "/last_heartbeat"],
  ["no duration", text.replace("ttl_ms", "ttl"), "/ttl_ms"],
  ["a duration of nothing", text.replace("180000", "0"), "/ttl_ms"],
])("refused: %s", (_, hostile, path) => {
  expect(() => readForeignLease(hostile, orchestratorAdoption)).toThrow(
    expect.objectContaining({ code: "EINVALID", path }),
  );
});

test("a long text beside the lease is read", () => {
  const long = text.replace("not this", "\\n".repeat(500_000));
  expect(readForeignLease(long, orchestratorAdoption).holderIdentity).toBe("a");
});

test.each(["leader_id", "", "/a~2"])("%j is not a pointer to a field", (holderIdentity) => {
  expect(() => readForeignLease(text, { ...orchestratorAdoption, holderIdentity })).toThrow(
    expect.objectContaining({ code: "EUSAGE" }),
  );
});
