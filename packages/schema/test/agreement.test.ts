import {
  jsonSchemaOf,
  leaseEventSchema,
  leaseRecordSchema,
  parseBoundedJson,
  processIdentitySchema,
  readLeaseEvent,
  readLeaseRecord,
  readProcessIdentity,
  readRun,
  runSchema,
  SchemaError,
  type DocumentName,
} from "@tenure/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { event, freeRecord, process, record, run, runUnderWay } from "./samples.ts";
import { spoiled } from "./spoil.ts";

interface Subject {
  readonly name: DocumentName;
  readonly schema: z.ZodType;
  readonly read: (value: unknown) => unknown;
  readonly samples: object[];
}

const subjects: Subject[] = [
  { name: "record", schema: leaseRecordSchema, read: readLeaseRecord, samples: [record, freeRecord] },
  { name: "event", schema: leaseEventSchema, read: readLeaseEvent, samples: [event] },
  { name: "process-identity", schema: processIdentitySchema, read: readProcessIdentity, samples: [process] },
  { name: "run", schema: runSchema, read: readRun, samples: [run, { ...runUnderWay, signal: "SIGRTMIN+1" }] },
];

describe.each(subjects)("zod, the light reader and ajv agree on a $name", ({ name, schema, read, samples }) => {
  const ajv = new Ajv2020({ allowUnionTypes: true }).compile(jsonSchemaOf(name));

  test.each(samples)("that is sound (%#)", (sample) => {
    expect(read(sample)).toBe(sample);
    expect(schema.parse(sample)).toEqual(sample);
    expect(ajv(sample)).toBe(true);
  });

  test.each(samples)("that is spoiled, and name the same field (%#)", (sample) => {
    let refused = 0;
    fc.assert(
      fc.property(spoiled(sample), (value) => {
        const parsed = tryParse(JSON.stringify(value));
        fc.pre(parsed !== undefined);
        const zod = schema.safeParse(parsed);
        const light = failureOf(() => read(parsed));
        expect({ value, light: light === undefined, ajv: ajv(parsed) }).toEqual({
          value,
          light: zod.success,
          ajv: zod.success,
        });
        if (zod.success || light === undefined) return;
        refused++;
        expect(zod.error.issues.map((issue) => issue.path.map((step) => `/${String(step)}`).join(""))).toContain(
          light.path,
        );
      }),
      { numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(400);
  });
});

function tryParse(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}

function failureOf(read: () => unknown): SchemaError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
}
