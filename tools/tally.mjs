// Sums what the tests of every package reported, and ends with one line: `tests: N passed, N failed, N skipped`.
// In CI as root everything can run, so a skip fails unless `tools/allowed-skips.json` has it, with the reason:
// [{ "title": "a regular expression on `FILE > TITLE`", "reason": "…" }].
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { packageDirectories } from "./workspace-packages.mjs";

/** More than these have one cause, and one line. */
const TITLES_SHOWN = 5;
/** Of what a failed test says: the log of a run on another machine may be all that is left of it. */
const LINES_SHOWN = 30;

/**
 * Prints the skips with their reasons, the failures, and the sum, which is always the last line.
 * @param {string} root the workspace
 * @param {string[]} failures what failed beside the tests
 * @returns {0 | 1} the exit code
 */
export function tally(root, failures = []) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  const skips = new Map();
  const maySkip = allowedSkips(root);
  for (const directory of packageDirectories(root)) {
    const { name, scripts } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    if (scripts?.test === undefined) continue;
    const path = join(directory, ".vitest/report.json");
    if (!existsSync(path)) {
      problems.push(`${name}: no test report`);
      continue;
    }
    const report = JSON.parse(readFileSync(path, "utf8"));
    const title = (test) => `${join(relative(root, directory), test.file)} > ${test.name}`;
    for (const error of report.errors) problems.push(`${name}: ${firstLine(error)}`);
    for (const test of report.tests) {
      if (test.state === "passed") {
        sum.passed += 1;
      } else if (test.state === "skipped") {
        sum.skipped += 1;
        const reason = skipReason(test);
        skips.set(reason, [...(skips.get(reason) ?? []), title(test)]);
        if (!maySkip(title(test)))
          problems.push(
            `${title(test)}\n  skipped, ${reason}: as root in CI only what tools/allowed-skips.json names may be`,
          );
      } else {
        sum.failed += 1;
        problems.push([title(test), ...gist(test.message)].join("\n  "));
      }
    }
    if (
      report.reason !== "passed" &&
      report.errors.length === 0 &&
      !report.tests.some((test) => test.state === "failed")
    ) {
      problems.push(`${name}: the test run ${report.reason}`);
    }
  }

  console.log("");
  for (const [reason, titles] of skips)
    console.log(
      titles.length > TITLES_SHOWN
        ? `skipped ${titles.length} tests: ${reason}`
        : [`skipped, ${reason}:`, ...titles].join("\n  "),
    );
  for (const problem of [...problems, ...failures]) console.log(`failed: ${problem}`);
  console.log(`tests: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return problems.length > 0 || failures.length > 0 ? 1 : 0;
}

function allowedSkips(root) {
  if (!process.env.CI || process.getuid?.() !== 0) return () => true;
  const path = join(root, "tools/allowed-skips.json");
  const allowed = JSON.parse(readFileSync(path, "utf8")).map(({ title, reason }) => {
    if (!title || !reason) throw new Error(`${path}: each skip has a title and a reason`);
    return new RegExp(title, "u");
  });
  return (title) => allowed.some((pattern) => pattern.test(title));
}

/** A test says why it skips by `context.skip("needs root")`, or in its title or its group's: "on a server: needs one; do this". */
function skipReason(test) {
  return test.note ?? /(?:: |\()(needs [^)>]+?)(?:\)| >|$)/u.exec(test.name)?.[1] ?? "no reason given";
}

/** What failed, and for a property always what it failed for: no run draws that again. */
function gist(message) {
  if (!message) return ["it never ended"];
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const left = lines.splice(LINES_SHOWN);
  return [...lines, ...left.filter((line) => line.startsWith("Counterexample:"))];
}

function firstLine(text = "") {
  return text.split("\n", 1)[0].trim();
}

const invoked = process.argv[1] && realpathSync(process.argv[1]);
if (invoked === fileURLToPath(import.meta.url)) process.exitCode = tally(process.argv[2] ?? process.cwd());
