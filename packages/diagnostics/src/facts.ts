import type { Facts } from "./evidence.ts";
import { timeIn, withoutColours } from "./log-line.ts";

const texts = new Set(["lease", "holder", "instance", "previous", "role", "label", "renewStamp"]);
const times = new Set(["renewTime", "startTime"]);
const numbers = new Set(["epoch", "pid", "exitCode", "value"]);
const durations = new Set(["ago", "age", "remaining", "duration", "leaseDuration", "value"]);

const MAX_LENGTH = 256;
/** A thousand years: a time so long before or after another one is a time still. */
const LONGEST_MS = 31_557_600_000_000;

/** Facts from what was found by name; a name that is not known, or a value that is none, is left out. */
export function factsOf(found: Iterable<readonly [name: string, value: unknown]>): Facts {
  const facts: Record<string, unknown> = {};
  for (const [name, value] of found) {
    if (value === undefined || value === null || value === "") continue;
    if (texts.has(name)) facts[name] = textOf(value).slice(0, MAX_LENGTH);
    else if (name === "removed") facts[name] = listOf(value);
    else if (times.has(name)) takeTime(facts, name, value);
    else if (numbers.has(name)) take(facts, name, Number(value));
    else takeDuration(facts, name, Number(value));
  }
  return facts;
}

/** Without colours: a name that a log shows in colour is the same name in a state. */
function textOf(value: unknown): string {
  if (typeof value === "string") return withoutColours(value);
  try {
    return withoutColours(JSON.stringify(value));
  } catch {
    // What is too deep to be written names nobody.
    return "…";
  }
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((each) => textOf(each).slice(0, MAX_LENGTH));
}

function takeTime(facts: Record<string, unknown>, name: string, value: unknown): void {
  const time = timeIn(value);
  if (time !== null) facts[name] = time;
  if (name === "renewTime" && typeof value === "string") facts["renewStamp"] = value.slice(0, MAX_LENGTH);
}

function takeDuration(facts: Record<string, unknown>, name: string, value: number): void {
  const [, what = "", unit] = /^([A-Za-z]+?)(Ms|S|H)$/u.exec(name) ?? [];
  const ms = value * (unit === "S" ? 1_000 : unit === "H" ? 3_600_000 : 1);
  if (durations.has(what) && Math.abs(ms) <= LONGEST_MS) take(facts, `${what}Ms`, ms);
}

function take(facts: Record<string, unknown>, name: string, value: number): void {
  if (Number.isFinite(value)) facts[name] = value;
}
