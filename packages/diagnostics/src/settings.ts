import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";

/** A number that somebody configured, and the last line that says so. */
export interface Setting {
  readonly value: number;
  readonly line: Evidence;
}

/** Durations in milliseconds, counts and factors as they are; `null` where no line tells. */
export function settingIn(own: Case, label: string): Setting | null {
  const line = own.of("setting").findLast(({ facts }) => facts.label === label);
  const value = line?.facts.valueMs ?? line?.facts.value;
  return line === undefined || value === undefined ? null : { value, line };
}
