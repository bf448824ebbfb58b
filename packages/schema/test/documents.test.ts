import { readdirSync, readFileSync } from "node:fs";
import { documentSchemas, failures, jsonSchemaOf, type DocumentName } from "@tenure/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { eventJsonSchema } from "../src/generated/event.ts";
import { processIdentityJsonSchema } from "../src/generated/process-identity.ts";
import { recordJsonSchema } from "../src/generated/record.ts";
import { runJsonSchema } from "../src/generated/run.ts";
import {
  timing,
  status,
  emptyStatus,
  acquired,
  history,
  proof,
  foreignProof,
  advice,
  refusedAdvice,
  whatIf,
  simulation,
  trial,
  drill,
  runEvents,
  finding,
  doctor,
  mapping,
  error,
  configuration,
} from "./sample-documents.ts";
import { event, process, record, run, runUnderWay } from "./samples.ts";

const names = Object.keys(documentSchemas) as DocumentName[];
const json = new URL("../json/", import.meta.url);

describe("the committed JSON Schemas are what the zod schemas say (else: pnpm build && pnpm generate)", () => {
  test.each(names)("%s", (name) => {
    expect(readFileSync(new URL(`${name}.schema.json`, json), "utf8")).toBe(
      `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`,
    );
  });

  test("and there are no others", () => {
    expect(readdirSync(json).toSorted()).toEqual(names.map((name) => `${name}.schema.json`).toSorted());
  });

  test("and the light readers use them", () => {
    expect(JSON.stringify(recordJsonSchema)).toBe(JSON.stringify(jsonSchemaOf("record")));
    expect(JSON.stringify(eventJsonSchema)).toBe(JSON.stringify(jsonSchemaOf("event")));
    expect(JSON.stringify(processIdentityJsonSchema)).toBe(JSON.stringify(jsonSchemaOf("process-identity")));
    expect(JSON.stringify(runJsonSchema)).toBe(JSON.stringify(jsonSchemaOf("run")));
  });

  test.each(names)("%s names its draft and itself", (name) => {
    expect(jsonSchemaOf(name)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `urn:tenure:schema:${name}:1`,
    });
  });
});

describe("zod and ajv read each document, and refuse it spoiled", () => {
  test.each<[DocumentName, unknown]>([
    ["record", record],
    ["event", event],
    ["run", run],
    ["run", runUnderWay],
    ["process-identity", process],
    ["timing", timing],
    ["status", status],
    ["status", emptyStatus],
    ["acquired", acquired],
    ["history", history],
    ["proof", proof],
    ["foreign-proof", foreignProof],
    ["advice", advice],
    ["advice", refusedAdvice],
    ["what-if", whatIf],
    ["simulation", simulation],
    ["drill", drill],
    ["drill", { ...drill, fault: "pause", forMs: 2000, after: null, how: null, gapMs: null, verdict: "kept" }],
    ["trial", trial],
    ["trial", { ...trial, worst: null }],
    ...runEvents.map((event): [DocumentName, unknown] => ["run-event", event]),
    ["finding", finding],
    ["doctor", doctor],
    ["mapping", mapping],
    ["error", error],
    ["configuration", configuration],
    ["configuration", {}],
  ])("%s", (name, document) => {
    const ajv = new Ajv2020({ allowUnionTypes: true }).compile(jsonSchemaOf(name));
    expect(documentSchemas[name].parse(document)).toEqual(document);
    expect(ajv(document), JSON.stringify(ajv.errors)).toBe(true);
    for (const spoiled of [
      null,
      [],
      1,
      ...Object.keys(document as object).map((key) => ({ ...(document as object), [key]: true })),
    ]) {
      expect(documentSchemas[name].safeParse(spoiled).success, JSON.stringify(spoiled)).toBe(ajv(spoiled));
    }
    expect(ajv(null)).toBe(false);
  });
});

test("every failure code can be reported, and no other", () => {
  const codes = jsonSchemaOf("error") as { properties: { error: { properties: { code: { enum: string[] } } } } };
  expect(codes.properties.error.properties.code.enum).toEqual(Object.keys(failures));
});

test("exit codes are those of sysexits and timeout, or tenure's own", () => {
  const known = [64, 65, 69, 70, 75, 77, 78, 79, 80, 124, 126, 127, 130];
  expect([...new Set(Object.values(failures).map((failure) => failure.exitCode))].toSorted((a, b) => a - b)).toEqual(
    known,
  );
});
