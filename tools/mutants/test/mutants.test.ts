import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyHunk } from "../src/apply.ts";
import { Copy } from "../src/copy.ts";
import { from, Hunter } from "../src/hunt.ts";
import { byUnitTests, mutants } from "../src/mutants/index.ts";
import { killingSeeds } from "../src/record.ts";
import { tableOf } from "../src/table.ts";
import { runUnitTest } from "../src/unit-tests.ts";
import { builtPath, readText, root } from "../src/workspace.ts";

const all = [...mutants, ...byUnitTests];
const seeds = killingSeeds();

describe("the table", () => {
  it("has at least thirty mutants that invariants kill, and at most half as many for unit tests", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(30);
    expect(byUnitTests.length).toBeLessThanOrEqual(mutants.length / 2);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(all)("$name changes one place of the source, and the same one of what was built", (mutant) => {
    for (const file of [mutant.file, builtPath(mutant.file)]) {
      const text = readText(file);
      expect(applyHunk(text, mutant)).not.toBe(text);
    }
  });

  it("has a killing seed for each", () => {
    expect(Object.keys(seeds).toSorted()).toEqual(mutants.map(({ name }) => name).toSorted());
  });

  it("stands whole in docs/guarantees.md, each with the promise that it breaks", () => {
    const guarantees = readFileSync(join(root, "docs/guarantees.md"), "utf8");
    const named = Array.from(guarantees.matchAll(/^- \*\*Mutants:\*\* `(.*)`\.$/gmu), ([, names = ""]) =>
      names.split("`, `"),
    ).flat();
    expect(named.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  });

  it("is what docs/mutants.md shows", () => {
    const plain = (text: string): string => text.replaceAll(/-+/gu, "-").replaceAll(/\s+/gu, " ");
    expect(plain(readFileSync(join(root, "docs/mutants.md"), "utf8"))).toBe(plain(tableOf(seeds)));
  });
});

/** When the simulator goes on, a seed may come to mean another schedule; then another is looked for, within these bounds. */
const SEARCH = { schedules: 500, ms: 60_000 };

describe.concurrent("an invariant kills", () => {
  let copy: Copy;
  let hunter: Hunter;

  beforeAll(() => {
    copy = new Copy();
    hunter = new Hunter(copy);
  });

  afterAll(async () => {
    await hunter.close();
    copy.remove();
  });

  it.each(mutants)("$name", async (mutant) => {
    const known = seeds[mutant.name]?.seed ?? 1;
    const replayed = await hunter.hunt(mutant, [known], { schedules: 1, ms: SEARCH.ms });
    if (replayed.kill !== null) return;
    expect(replayed.trouble).toBeUndefined();
    console.warn(`${mutant.name}: seed ${known} kills it no more; record the killing seeds anew`);
    const { kill, crashes, trouble } = await hunter.hunt(mutant, from(1), SEARCH);
    expect(trouble).toBeUndefined();
    expect(kill, `${mutant.name} survived; ${crashes} schedules crashed`).not.toBeNull();
  });
});

describe.concurrent("a unit test kills", () => {
  it.each(byUnitTests)("$name: $test", async (mutant) => {
    expect(await runUnitTest(mutant)).toBe("failed");
  });
});
