import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

test("in a pipe each line of evidence is one line, and whole", async () => {
  const sandbox = new Sandbox();
  const long = `2026-04-02T09:00:00Z ERROR worker-a ${"words ".repeat(40)}lost the lease, says its end`;
  writeFileSync(join(sandbox.directory, "a.log"), `2026-04-02T08:59:00Z acquired by a\n${long}\n`);
  const mapping = join(sandbox.directory, "mapping.json");
  const messages = [
    { kind: "acquired", match: "acquired by (?<holder>\\w+)" },
    { kind: "renew-failed", match: "lost the lease" },
    { kind: "lost", match: "lost the lease" },
  ];
  writeFileSync(mapping, JSON.stringify({ name: "mine", messages }));
  const { stdout } = await sandbox.run(["diagnose", "a.log", "--mapping", mapping]);
  expect(stdout.split("\n")).toContain(`    a.log:2: ${long}`);
});

test("evidence of two files that are called alike is told with their folders", async () => {
  const sandbox = new Sandbox();
  for (const [folder, holder] of [
    ["a", "ada"],
    ["b", "ben"],
  ] as const) {
    mkdirSync(join(sandbox.directory, folder));
    writeFileSync(
      join(sandbox.directory, folder, "x.log"),
      `2026-04-02T09:00:00Z ${holder} became leader\n2026-04-02T09:00:10Z connect ECONNREFUSED\n2026-04-02T09:00:11Z ${holder} stopped leading\n`.replaceAll(
        "09:00",
        holder === "ada" ? "09:00" : "09:30",
      ),
    );
  }
  const { stdout } = await sandbox.run(["diagnose", "a", "b"]);
  expect(stdout).toMatch(/^ {4}a\/x\.log:2: /mu);
  expect(stdout).toMatch(/^ {4}b\/x\.log:2: /mu);
});
