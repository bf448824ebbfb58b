import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Progress } from "../src/many/progress.ts";
import { runSchedule } from "../src/schedule/run-plan.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tenure-release-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const script = fileURLToPath(new URL("../dist/release.js", import.meta.url));
const file = (): string => join(folder, "progress.json");

function release(...args: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const all = [script, "--threads", "1", "--progress", file(), ...args];
  return spawnSync(execPath, all, { encoding: "utf8" });
}

function kept(): Omit<Progress, "cpuMs"> {
  const { cpuMs: _, ...rest } = JSON.parse(readFileSync(file(), "utf8")) as Progress;
  return rest;
}

test("goes on where it was stopped, and finds what one run would have found", () => {
  const begun = release("--code", "abc", "--to", "30", "--batch", "20");
  expect(begun.stdout.split("\n").map((line) => line.replace(/ at .*/u, ""))).toEqual([
    "seeds 1 to 20",
    "seeds 1 to 30",
    "done: seeds 1 to 30",
    "",
  ]);
  const goneOn = release("--code", "abc", "--to", "40");
  expect(goneOn.stdout).toMatch(
    /^seeds 1 to 40 at abc with Node \S+: 0 broke a promise; \d+ in a second of CPU\ndone: /u,
  );
  expect(goneOn.status).toBe(0);
  const inParts = kept();
  rmSync(file());
  release("--code", "abc", "--to", "40");
  expect(inParts).toEqual(kept());
  expect(inParts).toMatchObject({ code: "abc", to: 40, total: { schedules: 40, broken: [] } });
}, 120_000);

test("several share the seeds, each in a range of its own, and together found what one would have found", () => {
  const part = (from: number, to: number): string => {
    const path = join(folder, `from-${from}.json`);
    expect(release("--code", "abc", "--from", `${from}`, "--to", `${to}`, "--progress", path).status).toBe(0);
    return path;
  };
  const [first, last] = [part(1, 15), part(26, 30)];
  const gap = release("--join", last, first);
  expect(gap).toMatchObject({ status: 2, stderr: "seeds 16 to 25 are in none of these files\n" });
  const middle = part(16, 25);
  expect(release("--join", last, middle, first)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^done: seeds 1 to 30 at abc .*: 0 broke a promise/u) as string,
  });
  const shared = kept();
  rmSync(file());
  release("--code", "abc", "--to", "30");
  expect(shared).toEqual(kept());
  expect(release("--join", first, middle, part(20, 22)).stderr).toBe("seeds 20 to 22 are in two of these files\n");
  expect(release("--code", "abc", "--from", "5", "--to", "40").stderr).toMatch(/which do not begin with 5;/u);
}, 120_000);

test("seeds of other code are not counted, and what is no progress is left as it is", () => {
  release("--code", "abc", "--to", "2");
  const other = release("--code", "def", "--to", "4");
  expect(other).toMatchObject({ status: 2, stdout: "" });
  expect(other.stderr).toMatch(/has seeds 1 to 2 of abc with Node .* and this is def/u);
  writeFileSync(file(), '{"code":"abc","to":');
  expect(release("--code", "abc", "--to", "4")).toMatchObject({
    status: 2,
    stderr: `${file()} is not the progress of such a run; move it away to begin anew\n`,
  });
  expect(readFileSync(file(), "utf8")).toBe('{"code":"abc","to":');
  expect(release("--code", "abc", "--to", "none").stderr).toBe('"none" is no whole number above 0\n');
}, 120_000);

const found = fileURLToPath(new URL("../release/", import.meta.url));
const broken = readdirSync(found).flatMap(
  (name) => (JSON.parse(readFileSync(join(found, name), "utf8")) as Progress).total.broken,
);

test.each(broken)(
  "seed $seed, which broke a promise in a run for a release, breaks none any more",
  async ({ seed }) => {
    expect((await runSchedule({ seed })).violations).toEqual([]);
  },
);
