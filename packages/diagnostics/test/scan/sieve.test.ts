import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/index.ts";
import { file } from "../readers/file.ts";

describe("a pattern that refers to what one of its groups holds", () => {
  const holdersBy = async (...matches: readonly string[]): Promise<string[]> => {
    const log = `2026-04-02T09:00:00Z INFO a acquired for a by h\n{"time":"2026-04-02T09:01:00Z","msg":"b acquired for b by i"}\n`;
    const messages = matches.map(
      (match, index) => ({ kind: index === matches.length - 1 ? "acquired" : "released", match }) as const,
    );
    const { terms } = await diagnose([file("a.log", log)], { mappings: [{ name: "own", messages }] });
    return terms.map(({ holderIdentity }) => holderIdentity);
  };

  test.each([
    ["by its number", ["^([a-z]+) acquired for \\1 by (?<holder>\\S+)$"]],
    ["to a named one, by its number", ["^(?<lease>[a-z]+) acquired for \\1 by (?<holder>\\S+)$"]],
    ["by its name", ["^(?<lease>[a-z]+) acquired for \\k<lease> by (?<holder>\\S+)$"]],
    ["behind one with groups", ["^(x)(y) released by (?<holder>.+)", "^([a-z]+) acquired for \\1 by (?<holder>\\S+)$"]],
  ])("%s matches", async (_, matches) => {
    expect((await holdersBy(...matches)).length).toBeGreaterThan(0);
    expect((await holdersBy(...matches))[0]).toBe("h");
  });

  test("is not joined to others that would move its groups", async () => {
    const { anyOf } = await import("../../src/any-of.ts");
    expect(anyOf(["(x)y", "(a)\\1"])).toBeNull();
    expect(anyOf(["(x)y", "a\\\\1"])?.test("a\\1")).not.toBe(false);
    expect(anyOf(["(x)y", "(?<z>a)"])?.test("a")).toBe(true);
  });
});
