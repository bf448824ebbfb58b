import { quoteForDisplay } from "./display.ts";
import type { JsonSchema } from "./json-schema-type.ts";
import { checkPlainJson } from "./plain-json.ts";
import { pointerStep, SchemaError } from "./schema-error.ts";

/*
 * Turns a JSON Schema into closures, for the keywords our own documents use and no others: an unknown one throws when the
 * schema is compiled. General validators were measured: the interpreters cost ten times as much a record and milliseconds at
 * the first one, which is all a fast command has; the compilers need `eval`.
 */

interface Fault {
  path: string;
  readonly found: unknown;
  readonly expected: string;
}
type Check = (value: unknown) => Fault | undefined;

/** Deeper than any document of ours, with room for the fields of newer versions. */
const MAX_DEPTH = 16;

/** Makes a function that throws a `SchemaError` unless a value is what the schema says. Compiles at first use. */
export function validatorOf(what: string, schema: JsonSchema): (value: unknown) => void {
  let check: Check | undefined;
  return (value) => {
    checkPlainJson(value, MAX_DEPTH);
    check ??= compile(schema);
    const fault = check(value);
    if (fault === undefined) return;
    const place = fault.path === "" ? `the ${what}` : `${fault.path} of the ${what}`;
    const found = fault.found === undefined ? "missing" : quoteForDisplay(fault.found);
    throw new SchemaError("EINVALID", fault.path, `${place} is ${found}, where ${fault.expected}`);
  };
}

const annotations = new Set(["$schema", "$id", "title", "description", "then", "else"]);

/** @throws TypeError for a keyword that is not known here; exported for the tests. */
export function compile(schema: JsonSchema): Check {
  const checks: Check[] = [];
  for (const [keyword, argument] of Object.entries(schema)) {
    if (annotations.has(keyword)) continue;
    const make = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    if (make === undefined) throw new TypeError(`JSON Schema keyword "${keyword}" is not known to this validator`);
    checks.push(make(argument, schema));
  }
  const [only] = checks;
  if (only !== undefined && checks.length === 1) return only;
  return (value) => {
    for (const check of checks) {
      const fault = check(value);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** As in JSON Schema, each keyword passes what it does not speak of: `pattern` any number, `minimum` any string. */
const keywords: Record<string, (argument: unknown, schema: JsonSchema) => Check> = {
  type(argument, schema) {
    const types = [argument].flat() as string[];
    const tests = types.map(testOf);
    const [only] = tests;
    const isOneOfThem = (value: unknown): boolean => tests.some((test) => test(value));
    return assert(
      only !== undefined && tests.length === 1 ? only : isOneOfThem,
      schema,
      `${types.join(" or ")} is expected`,
    );
  },
  enum(argument, schema) {
    const values = argument as unknown[];
    return assert((value) => values.includes(value), schema, `one of ${values.join(", ")} is expected`);
  },
  pattern(argument, schema) {
    let pattern: RegExp | undefined; // Made at first use: those with Unicode classes are dear.
    return assert(
      (value) => typeof value !== "string" || (pattern ??= new RegExp(argument as string, "u")).test(value),
      schema,
      `it must match ${String(argument)}`,
    );
  },
  minimum(argument, schema) {
    return assert(
      (value) => !(typeof value === "number" && value < Number(argument)),
      schema,
      `${String(argument)} is the least`,
    );
  },
  maximum(argument, schema) {
    return assert(
      (value) => !(typeof value === "number" && value > Number(argument)),
      schema,
      `${String(argument)} is the most`,
    );
  },
  required(argument) {
    const keys = argument as string[];
    return (value) => {
      if (!isObject(value)) return undefined;
      const missing = keys.find((key) => !Object.hasOwn(value, key));
      return missing === undefined
        ? undefined
        : { path: pointerStep(missing), found: undefined, expected: "it is required" };
    };
  },
  properties(argument) {
    const checks = Object.entries(argument as Record<string, JsonSchema>).map(
      ([key, schema]) => [key, compile(schema)] as const,
    );
    return (value) => {
      if (!isObject(value)) return undefined;
      for (const [key, check] of checks) {
        if (!Object.hasOwn(value, key)) continue;
        const fault = check((value as Record<string, unknown>)[key]);
        if (fault === undefined) continue;
        fault.path = pointerStep(key) + fault.path;
        return fault;
      }
      return undefined;
    };
  },
  if(argument, schema) {
    const condition = compile(argument as JsonSchema);
    const whenTrue = compile((schema["then"] ?? {}) as JsonSchema);
    const whenFalse = compile((schema["else"] ?? {}) as JsonSchema);
    return (value) => (condition(value) === undefined ? whenTrue(value) : whenFalse(value));
  },
};

function assert(holds: (value: unknown) => boolean, schema: JsonSchema, expected: string): Check {
  const described = typeof schema["description"] === "string" ? schema["description"] : expected;
  return (value) => (holds(value) ? undefined : { path: "", found: value, expected: described });
}

function testOf(type: string): (value: unknown) => boolean {
  if (type === "object") return isObject;
  if (type === "null") return (value) => value === null;
  if (type === "integer") return Number.isInteger;
  return (value) => typeof value === type;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
