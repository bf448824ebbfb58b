import { quoteForDisplay } from "./display.ts";
import { pointerStep, SchemaError } from "./schema-error.ts";

/**
 * Refuses what JSON cannot say or a program cannot safely keep, at any depth: numbers that are not finite or not exact,
 * keys that reach into the prototype, values that are not data.
 * @returns how many keys the value holds in all its objects.
 * @throws SchemaError `EINVALID` with the path of the value.
 */
export function checkPlainJson(value: unknown, maxDepth: number): number {
  return check(value, maxDepth, []);
}

function check(value: unknown, depthLeft: number, steps: (string | number)[]): number {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return 0;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse(steps, "a number too large for a double, or none at all");
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) refuse(steps, "an integer over 2^53 − 1");
    return 0;
  }
  if (typeof value !== "object") return refuse(steps, `of type ${typeof value}, which is not JSON`);
  if (depthLeft <= 0) refuse(steps, "nested too deep");
  return Array.isArray(value) ? checkArray(value, depthLeft, steps) : checkObject(value, depthLeft, steps);
}

function checkArray(array: readonly unknown[], depthLeft: number, steps: (string | number)[]): number {
  let keys = 0;
  for (const [index, value] of array.entries()) {
    steps.push(index);
    keys += check(value, depthLeft - 1, steps);
    steps.pop();
  }
  return keys;
}

function checkObject(object: object, depthLeft: number, steps: (string | number)[]): number {
  const keys = Object.keys(object);
  let count = keys.length;
  for (const key of keys) {
    steps.push(key);
    if (key === "__proto__" || key === "constructor" || key === "prototype") refuse(steps, "a key that is never data");
    count += check((object as Record<string, unknown>)[key], depthLeft - 1, steps);
    steps.pop();
  }
  return count;
}

function refuse(steps: readonly (string | number)[], what: string): never {
  const path = steps.map(pointerStep).join("");
  throw new SchemaError("EINVALID", path, `${path === "" ? "the value" : quoteForDisplay(path)} is ${what}`);
}
