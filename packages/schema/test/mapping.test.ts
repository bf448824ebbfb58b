import { describe, expect, test } from "vitest";
import { mappingSchema, type Mapping } from "../src/index.ts";

function complaint(part: Partial<Mapping>): string {
  const { error } = mappingSchema.safeParse({ name: "own", messages: [], ...part });
  return error?.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`).join("\n") ?? "";
}

describe("a name that is no fact", () => {
  test.each([
    ["as a group", { messages: [{ kind: "acquired", match: "^by (?<holdr>\\S+)" }] }, "/messages/0/match", "holdr"],
    [
      "as a pointer",
      { messages: [{ kind: "lost", match: "x", facts: { leader: "/a" } }] },
      "/messages/0/facts",
      "leader",
    ],
    [
      "as what holds for all",
      { messages: [{ kind: "lost", match: "x", set: { tag: "a" } }] },
      "/messages/0/set",
      "tag",
    ],
    ["of a state", { states: [{ kind: "state", file: "x", facts: { ttlMs: "/a" } }] }, "/states/0/facts", "ttlMs"],
    ["with a unit that is none", { messages: [{ kind: "lost", match: "(?<agoM>\\d)" }] }, "/messages/0/match", "agoM"],
  ] as const)("is refused %s, with those that there are", (_, part, path, name) => {
    const said = complaint(part as unknown as Partial<Mapping>);
    expect(said).toMatch(
      new RegExp(`^${path}: no fact is called "${name}": .*\\bholder, .*\\bleaseDuration\\b.*Ms`, "u"),
    );
    expect(said.split("\n")).toHaveLength(1);
  });

  test.each([
    ["a group that the pattern itself refers to", "(?<quote>[\"']).*\\k<quote>"],
    ["what is no group", "\\(?<x> [(?<y>]"],
    ["what only looks back or ahead", "(?<=a)b(?<!c)(?=d)"],
    ["every time of a duration", "(?<agoS>\\d)(?<ageMs>\\d)(?<remainingH>\\d)(?<leaseDurationMs>\\d)(?<value>\\d)"],
  ])("%s is none", (_, match) => {
    expect(complaint({ messages: [{ kind: "lost", match }] })).toBe("");
  });

  test("a pattern that is none is said to be none, whatever its groups", () => {
    expect(complaint({ messages: [{ kind: "lost", match: "(?<holder>" }] })).toMatch(/no regular expression/u);
  });
});
