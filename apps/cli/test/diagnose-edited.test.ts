import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

test("of a journal that the store wrote each line is proved, and one that somebody edited is named and no evidence", async () => {
  const sandbox = new Sandbox();
  for (const each of [1, 2, 3])
    expect((await sandbox.run(["run", "orders", "--", process.execPath, "-e", String(each)])).code).toBe(0);
  const journal = join(sandbox.state, "orders.journal.jsonl");
  const told = async (): Promise<{ epochs: (number | null)[]; missing: string[]; lines: number }> => {
    const { stdout } = await sandbox.run(["diagnose", journal, "--json"]);
    const { terms, missing, unparsed } = documentIn("finding", stdout);
    return { epochs: terms.map(({ epoch }) => epoch), missing: [...missing], lines: unparsed[0]?.lines ?? 0 };
  };
  expect(await told()).toEqual({ epochs: [1, 2, 3], missing: [], lines: 0 });
  const lines = readFileSync(journal, "utf8").split("\n");
  const at = lines.findLastIndex((line) => line.includes('"epoch":3') && line.includes('"lease.acquired"'));
  writeFileSync(journal, lines.with(at, lines[at]?.replaceAll('"epoch":3', '"epoch":4') ?? "").join("\n"));
  const { epochs, missing, lines: count } = await told();
  expect(epochs).not.toContain(4);
  expect(missing).toContainEqual(
    expect.stringMatching(new RegExp(`orders\\.journal\\.jsonl .*: line ${at + 1}$`, "u")),
  );
  expect(count).toBe(1);
});
