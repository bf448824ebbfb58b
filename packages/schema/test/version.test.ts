import { leaseRecordSchema, parseBoundedJson, readLeaseRecord, SCHEMA_VERSION, type SchemaError } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { record } from "./samples.ts";

describe("a record of a newer minor version", () => {
  const text = JSON.stringify({
    ...record,
    schemaVersion: "1.7",
    shard: { of: 3, weights: [0.5, null] },
    holder: { ...record.holder, cgroup: "/a" },
  });

  test("is read, and a rewrite keeps what this build does not know", () => {
    const read = readLeaseRecord(parseBoundedJson(text));
    const rewritten = JSON.stringify({ ...read, epoch: read.epoch + 1 });
    expect(JSON.parse(rewritten)).toEqual({ ...JSON.parse(text), epoch: record.epoch + 1 });
  });

  test("is read by zod alike", () => {
    expect(leaseRecordSchema.parse(JSON.parse(text))).toEqual(JSON.parse(text));
  });
});

describe("a record of another major version", () => {
  test.each(["2.0", "3.14", "0.9"])("is refused, with the version found and what to install: %s", (schemaVersion) => {
    expect(() => readLeaseRecord({ ...record, schemaVersion })).toThrow(
      expect.objectContaining({
        code: "ESCHEMAVERSION",
        path: "/schemaVersion",
        message: expect.stringMatching(
          new RegExp(
            `version ${schemaVersion},.* reads 1\\.x.*install.* reads ${schemaVersion.split(".")[0]}\\.x`,
            "u",
          ),
        ) as string,
      }),
    );
    expect(leaseRecordSchema.safeParse({ ...record, schemaVersion }).success).toBe(false);
  });

  test("is refused before anything else is asked of it", () => {
    expect(() => readLeaseRecord({ schemaVersion: "2.0", entirely: "different" })).toThrow(/2\.x/u);
  });
});

test.each([undefined, null, 1, "1", "one", "1.x", " 1.0", "1.0.0", "1e0.0"])("%j is no version", (schemaVersion) => {
  expect(() => readLeaseRecord({ ...record, schemaVersion })).toThrow(
    expect.objectContaining({ code: "EINVALID", path: "/schemaVersion" } satisfies Partial<SchemaError>),
  );
});

test("this build writes the version it describes", () => {
  expect(readLeaseRecord({ ...record, schemaVersion: SCHEMA_VERSION }).schemaVersion).toBe(SCHEMA_VERSION);
});
