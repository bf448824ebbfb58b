import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

const preloaded = fileURLToPath(new URL("children/what-was-loaded.cjs", import.meta.url));

test.each([
  ["run", ["run", "orders", "--", "true"]],
  ["release", ["release", "orders"]],
])(
  "tenure %s loads neither the schemas nor what reads logs: they cost it more than all of its own",
  async (_, args) => {
    const { stderr } = await new Sandbox().run(args, { NODE_OPTIONS: `--require ${preloaded}` });
    const said = stderr.split("\n").find((line) => line.startsWith("loaded ")) ?? "";
    const code = (JSON.parse(said.slice("loaded ".length)) as string[])
      .map((path) => readFileSync(path, "utf8"))
      .join();
    expect(code).toContain("LeaseError");
    expect(code).not.toContain("ZodObject");
    expect(code).not.toContain("ghost-kept-alive");
  },
);
