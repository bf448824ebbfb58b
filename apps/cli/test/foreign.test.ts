import { foreignSystems, proveForeign } from "@tenure/advisor";
import { expect, test } from "vitest";
import { foreignProofInWords } from "../src/output/foreign-proof.ts";
import { widthOf } from "../src/output/width.ts";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";
import { palette } from "./shown.ts";

const overlapping = ["prove", "--foreign", "client-go", "leaseDuration=15s", "renewDeadline=14s", "retryPeriod=11s"];

test("client-go 15/14/11 is valid there and lets two lead: exit 78, with the overlap, the rule that fails and what to change", async () => {
  const { code, stdout, stderr } = await new Sandbox().run(overlapping);
  expect({ code, stderr }).toEqual({ code: 78, stderr: "" });
  expect(stdout).toContain("Two lead at once: 10s for certain");
  expect(stdout).toContain("leaseDuration=32s");
  expect(
    Math.max(
      ...stdout
        .split("\n")
        .filter((line) => !line.includes("https://"))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});

test("the document is what its schema says, and settings that exclude end with 0", async () => {
  const sandbox = new Sandbox();
  const { code, stdout } = await sandbox.run([...overlapping, "--json"]);
  expect(code).toBe(78);
  expect(documentIn("foreign-proof", stdout)).toMatchObject({ verdict: "overlaps", overlap: { certainMs: 10_000 } });
  expect((await sandbox.run(["prove", "--foreign", "consul"])).code).toBe(0);
  expect((await sandbox.run(["prove", "--foreign", "client-go", "requestTimeout=1s", "leaseDuration=9s"])).code).toBe(
    78,
  );
});

test.each(foreignSystems)(
  "%s is told within a terminal of 40 columns; only what is to be copied runs over",
  (system) => {
    const lines = foreignProofInWords(proveForeign(system, []), palette, 40).split("\n");
    const over = lines.filter((line) => widthOf(line) > 40 && line.trim().includes(" "));
    expect(over).toEqual([]);
  },
);

test("what is no system or no setting is refused with 64, and what there is", async () => {
  const sandbox = new Sandbox();
  const unknown = await sandbox.run(["prove", "--foreign", "nomad"]);
  expect(unknown.code).toBe(64);
  expect(unknown.stderr).toContain("client-go");
  const setting = await sandbox.run(["prove", "--foreign", "etcd", "lease\u001B[2J=3"]);
  expect(setting.code).toBe(64);
  expect(setting.stderr).not.toContain("\u001B[2J");
  const alone = await sandbox.run(["prove", "orders", "ttl=3"]);
  expect(alone.code).toBe(64);
  expect(alone.stderr).toContain("--foreign");
});
