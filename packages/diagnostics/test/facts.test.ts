import { mappingSchema } from "@tenure/schema";
import { expect, test } from "vitest";
import { factsOf } from "../src/facts.ts";

const units = ["Ms", "S", "H"];
const names = [
  "lease",
  "holder",
  "instance",
  "previous",
  "role",
  "label",
  "removed",
  "epoch",
  "pid",
  "exitCode",
  "value",
  "renewTime",
  "startTime",
  "renewStamp",
  ...["ago", "age", "remaining", "duration", "leaseDuration", "value"].flatMap((of) => units.map((unit) => of + unit)),
];

function isTaken(name: string): boolean {
  const messages = [{ kind: "lost", match: `(?<${name}>x)`, facts: { [name]: "/x" }, set: { [name]: "1" } }];
  return mappingSchema.safeParse({ name: "own", messages }).success;
}

test.each(names)("a mapping may name the fact %s, and it is one", (name) => {
  expect(isTaken(name)).toBe(true);
  expect(factsOf([[name, name.endsWith("Time") ? "2026-04-02T09:00:00Z" : "1"]])).not.toEqual({});
});

test.each(["holdr", "agoM", "ago", "Ms", "constructor", "isCommit"])(
  "%s is none, and no mapping may name it",
  (name) => {
    expect(isTaken(name)).toBe(false);
    expect(factsOf([[name, "1"]])).toEqual({});
  },
);
