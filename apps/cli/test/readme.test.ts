import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README shows what prove really prints", async () => {
  const [, args = "", output = ""] = /\$ tenure (prove [^\n]*)\n([\s\S]*?)```/u.exec(readme) ?? [];
  expect((await new Sandbox().run(args.split(" "))).stdout).toBe(output);
});

test("the README names every verb, and no option that is none", async () => {
  const sandbox = new Sandbox();
  const { stdout } = await sandbox.run(["--help"]);
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gmu)].map(([, verb]) => verb ?? "");
  const table = readme.slice(readme.indexOf("## Verbs"), readme.indexOf("## Settings"));
  for (const verb of verbs.filter((each) => each !== "help")) expect(table).toContain(`\`${verb}`);
  const helps = await Promise.all(
    verbs.map(
      async (verb) => (await sandbox.run(verb === "config" ? ["config", "show", "--help"] : [verb, "--help"])).stdout,
    ),
  );
  for (const [option] of readme.matchAll(/(?<![\w-])--[a-z][a-z-]+/gu))
    expect(option === "--global" || helps.some((help) => help.includes(option)), option).toBe(true);
});
