import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { untidy } from "../src/tidy.ts";
import { handWrittenFiles, workspaceRoot } from "../src/workspace.ts";

test("the workspace is tidy", () => {
  const files = handWrittenFiles();
  expect(files).toContain("tools/package-checks/test/tidy.test.ts");
  expect(files.flatMap((path) => untidy(path, readFileSync(join(workspaceRoot, path), "utf8")))).toEqual([]);
});

describe("tidy", () => {
  test.each([
    ["const now = Date.now();", 1],
    ["setTimeout(beat, 10);", 1],
    ["globalThis.setInterval(beat, 10);", 1],
    ['import { setTimeout } from "node:timers/promises";', 1],
    ["const at = new Date().toISOString();", 1],
    ["clock.setTimeout(beat, 10);", 0],
    ["// Date.now() would lie here", 0],
    ["const at = new Date(wallMs); // not Date.now()", 0],
  ])("keeps time and chance in clocks: %s", (line, count) => {
    expect(untidy("packages/core/src/lease.ts", line)).toHaveLength(count);
    expect(untidy("packages/core/src/clock.ts", line)).toEqual([]);
    expect(untidy("packages/core/test/lease.test.ts", line)).toEqual([]);
  });

  test("limits the length of files", () => {
    expect(untidy("bench/src/index.ts", "1;\n".repeat(400))).toEqual([]);
    expect(untidy("bench/src/index.ts", "1;\n".repeat(401))).toEqual([
      "bench/src/index.ts:401: is longer than 400 lines",
    ]);
  });

  test.each(["only", "skip", "todo", "concurrent.skip"])("refuses a test that is .%s", (mark) => {
    expect(untidy("packages/core/test/a.test.ts", `test.${mark}("a", () => {});`)).toHaveLength(1);
  });

  test("lets a test skip where it cannot run", () => {
    expect(untidy("packages/core/test/a.test.ts", 'test.skipIf(!root)("a (needs root)", () => {});')).toEqual([]);
  });

  test.each([
    ["// @ts-expect-error", 1],
    ["// @ts-expect-error: a number on purpose", 0],
    ["// oxlint-disable-next-line no-console", 1],
    ["// oxlint-disable-next-line no-console -- the report is the output", 0],
  ])("wants a reason: %s", (line, count) => {
    expect(untidy("packages/core/src/a.ts", line)).toHaveLength(count);
  });
});
