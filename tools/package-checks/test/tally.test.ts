import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const script = fileURLToPath(new URL("../../tally.mjs", import.meta.url));

function tally(
  reports: Record<string, object | undefined>,
  { CI = "", allowed = [] as object[] } = {},
): { code: number | null; lines: string[] } {
  const root = mkdtempSync(join(tmpdir(), "tenure-tally-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  write("pnpm-workspace.yaml", "packages:\n  - packages/*\n  - bench\n\ncatalog:\n  a: 1\n");
  write("tools/allowed-skips.json", JSON.stringify(allowed));
  write("bench/package.json", JSON.stringify({ name: "bench" }));
  for (const [name, report] of Object.entries(reports)) {
    write(`packages/${name}/package.json`, JSON.stringify({ name, scripts: { test: "x" } }));
    if (report !== undefined) write(`packages/${name}/.vitest/report.json`, JSON.stringify(report));
  }
  const { status, stdout } = spawnSync(process.execPath, [script, root], {
    encoding: "utf8",
    env: { ...process.env, CI },
  });
  return { code: status, lines: stdout.trim().split("\n") };
}

const passed = { file: "test/a.test.ts", name: "a > works", state: "passed" };

test("sums all packages into the last line", () => {
  const skipped = { file: "test/b.test.ts", name: "b", state: "skipped", note: "needs root" };
  const told = { file: "test/b.test.ts", name: "c (needs /dev/kvm)", state: "skipped" };
  const { code, lines } = tally({
    one: { reason: "passed", errors: [], tests: [passed, skipped] },
    two: { reason: "passed", errors: [], tests: [passed, told] },
  });
  expect(code).toBe(0);
  expect(lines).toEqual([
    "skipped, needs root:",
    "  packages/one/test/b.test.ts > b",
    "skipped, needs /dev/kvm:",
    "  packages/two/test/b.test.ts > c (needs /dev/kvm)",
    "tests: 2 passed, 0 failed, 2 skipped",
  ]);
});

test("fails for a failed test, and names it", () => {
  const failed = { file: "test/a.test.ts", name: "a > breaks", state: "failed", message: "expected 1\nto be 2" };
  const { code, lines } = tally({ one: { reason: "failed", errors: [], tests: [passed, failed] } });
  expect(code).toBe(1);
  expect(lines).toEqual([
    "failed: packages/one/test/a.test.ts > a > breaks",
    "  expected 1",
    "  to be 2",
    "tests: 1 passed, 1 failed, 0 skipped",
  ]);
});

test("says what a property failed for: no later run draws it again", () => {
  const shown = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const message = [...shown, "{ seed: 1 }", "Counterexample: [7]", "Shrunk 2 time(s)"].join("\n");
  const failed = { file: "test/a.test.ts", name: "holds", state: "failed", message };
  const { lines } = tally({ one: { reason: "failed", errors: [], tests: [failed] } });
  expect(lines).toEqual([
    "failed: packages/one/test/a.test.ts > holds",
    ...shown.map((line) => `  ${line}`),
    "  Counterexample: [7]",
    "tests: 0 passed, 1 failed, 0 skipped",
  ]);
});

test("fails for a package without a report, and for an error outside tests", () => {
  const { code, lines } = tally({
    one: undefined,
    two: { reason: "failed", errors: ["a file does not load"], tests: [passed] },
  });
  expect(code).toBe(1);
  expect(lines).toEqual([
    "failed: one: no test report",
    "failed: two: a file does not load",
    "tests: 1 passed, 0 failed, 0 skipped",
  ]);
});

test("fails for a run that was broken off", () => {
  const { code, lines } = tally({ one: { reason: "interrupted", errors: [], tests: [] } });
  expect(code).toBe(1);
  expect(lines).toEqual(["failed: one: the test run interrupted", "tests: 0 passed, 0 failed, 0 skipped"]);
});

test("fails in CI as root for a skip that is not allowed, and names it", (context) => {
  context.skip(process.getuid?.() !== 0, "needs root");
  const skipped = { file: "test/a.test.ts", name: "a > mounts", state: "skipped", note: "needs a disk" };
  const reports = { one: { reason: "passed", errors: [], tests: [passed, skipped] } };
  const { code, lines } = tally(reports, { CI: "true" });
  expect(code).toBe(1);
  expect(lines).toEqual([
    "skipped, needs a disk:",
    "  packages/one/test/a.test.ts > a > mounts",
    "failed: packages/one/test/a.test.ts > a > mounts",
    "  skipped, needs a disk: as root in CI only what tools/allowed-skips.json names may be",
    "tests: 1 passed, 0 failed, 1 skipped",
  ]);
  const allowed = [{ title: "^packages/one/.* > a > mounts$", reason: "the machine has no disk" }];
  expect(tally(reports, { CI: "true", allowed }).code).toBe(0);
  expect(tally(reports, { CI: "true", allowed: [{ title: "mounts" }] }).code).toBe(1);
});
