import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

async function acquires(sandbox: Sandbox, holder: string): Promise<void> {
  const { code } = await sandbox.run(["acquire", "orders", "--holder", holder, "--no-process", "--ttl", "1500ms"]);
  expect(code).toBe(0);
}

describe("tenure history", () => {
  test("--last shows of each term what the whole history shows, also that its gap is a bound only", async () => {
    const sandbox = new Sandbox();
    await acquires(sandbox, "mute");
    await acquires(sandbox, "heir");
    const [, , whole = ""] = (await sandbox.run(["history", "orders"])).stdout.split("\n");
    expect(whole).toMatch(/^ +2 .* <= \d.* heir$/u);
    const { stdout } = await sandbox.run(["history", "orders", "--last", "1"]);
    const gap = (line: string): string => /<= \S+ m?s/u.exec(line)?.[0] ?? "";
    expect(stdout.trimEnd().split("\n").slice(1).map(gap)).toEqual([gap(whole)]);
    const { terms } = documentIn("history", (await sandbox.run(["history", "--last", "1", "--json"])).stdout);
    expect(terms.map(({ epoch }) => epoch)).toEqual([2]);
    expect((await sandbox.run(["history", "orders", "--last", "7"])).stdout.split("\n")).toHaveLength(4);
  });

  test("--last takes no number of terms that shows none", async () => {
    const sandbox = new Sandbox();
    for (const last of ["0", "-1", "x"]) {
      const { code, stdout, stderr } = await sandbox.run(["history", "orders", "--last", last]);
      expect({ last, code, stdout }).toEqual({ last, code: 64, stdout: "" });
      expect(stderr).toContain("--last");
    }
  });

  test("says of a folder without a store that there is none, as status does, and makes none", async () => {
    const sandbox = new Sandbox();
    const elsewhere = ["--dir", join(sandbox.directory, "elsewhere")];
    for (const args of [[], ["orders"]]) {
      const { code, stdout } = await sandbox.run(["history", ...args, ...elsewhere]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: (await sandbox.run(["status", ...elsewhere])).stdout });
      expect(stdout).toMatch(/^no store in .*elsewhere yet/u);
    }
    const { stdout } = await sandbox.run(["history", ...elsewhere, "--json"]);
    expect(documentIn("history", stdout)).toEqual({ terms: [] });
    await acquires(sandbox, "a");
    expect((await sandbox.run(["history", "others"])).stdout).toBe("no term yet\n");
  });
});
