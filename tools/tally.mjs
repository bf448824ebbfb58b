// Sums what the tests of every package reported, and ends with one line: `tests: N passed, N failed, N skipped`.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packageDirectories } from "./workspace-packages.mjs";

/**
 * Prints the failures, the skips with their reasons, and the sum; the sum is always the last line.
 * @param {string} root the workspace
 * @param {{ failed: string[] }} other failures which are not tests
 * @returns {0 | 1} the exit code
 */
export function tally(root, other = { failed: [] }) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const problems = [];
  const skips = new Map();
  for (const directory of packageDirectories(root)) {
    const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    if (manifest.scripts?.test === undefined) continue;
    const path = join(directory, ".vitest/report.json");
    if (!existsSync(path)) {
      problems.push(`${manifest.name}: no test report`);
      continue;
    }
    const report = JSON.parse(readFileSync(path, "utf8"));
    const before = problems.length;
    for (const file of report.testResults) {
      const where = relative(root, file.name);
      const tests = file.assertionResults;
      for (const test of tests) count(test, where);
      if (file.status === "failed" && !tests.some((test) => test.status === "failed")) {
        problems.push(`${where}: ${firstLine(file.message) || "the file failed"}`);
      }
    }
    if (!report.success && problems.length === before)
      problems.push(`${manifest.name}: the test run failed outside its tests`);
  }

  console.log("");
  for (const [reason, names] of skips)
    console.log(`skipped ${names.length}: ${reason}\n${names.map((name) => `  ${name}`).join("\n")}`);
  for (const problem of [...problems, ...other.failed]) console.log(`failed: ${problem}`);
  console.log(`tests: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed > 0 || problems.length > 0 || other.failed.length > 0 ? 1 : 0;

  function count(test, where) {
    const name = `${where} > ${[...test.ancestorTitles, test.title].join(" > ")}`;
    if (test.status === "passed") sum.passed += 1;
    else if (test.status === "failed") {
      sum.failed += 1;
      problems.push(`${name}\n  ${firstLine(test.failureMessages?.[0])}`);
    } else {
      sum.skipped += 1;
      const reason = skipReason(test);
      skips.set(reason, [...(skips.get(reason) ?? []), name]);
    }
  }
}

/** `context.skip("needs root")` leaves its note in the report; a title may also say it: "mounts a disk (needs root)". */
function skipReason(test) {
  return test.meta?.skipReason ?? test.note ?? /\((needs [^)]+)\)$/.exec(test.title)?.[1] ?? "no reason given";
}

function firstLine(text = "") {
  return text.split("\n", 1)[0].trim();
}
