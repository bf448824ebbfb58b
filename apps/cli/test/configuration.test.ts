import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationSchema } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

function configured(text: string): Sandbox {
  const sandbox = new Sandbox();
  writeFileSync(join(sandbox.directory, "tenure.config.json"), text);
  return sandbox;
}

describe("tenure config show", () => {
  test("names the origin of each setting", async () => {
    const sandbox = configured('{"timing":{"leaseDuration":"20s"},"leases":{"orders":{"timing":{"lockDelay":"2s"}}}}');
    const { stdout } = await sandbox.run(["config", "show", "orders", "--origin"], { TENURE_HOLDER: "worker-a" });
    const file = join(sandbox.directory, "tenure.config.json");
    const lines = stdout.split("\n").map((line) => line.trim().split(/ {2,}/u));
    expect(lines).toEqual(
      expect.arrayContaining([
        ["directory", sandbox.state, "TENURE_DIR"],
        ["holderIdentity", "worker-a", "TENURE_HOLDER"],
        ["timing.leaseDuration", "20s", `${file} timing.leaseDuration`],
        ["timing.lockDelay", "2s", `${file} leases.orders.timing.lockDelay`],
      ]),
    );
  });

  test("prints a document, with and without origins", async () => {
    const sandbox = new Sandbox();
    const { settings } = await sandbox.json(["config", "show", "--dir", "elsewhere"]);
    expect(settings).toMatchObject({ directory: join(sandbox.directory, "elsewhere") });
    const withOrigin = await sandbox.json(["config", "show", "--origin", "--dir", "elsewhere"]);
    expect(withOrigin["settings"]).toMatchObject({ directory: { origin: { kind: "flag", where: "--dir" } } });
  });
});

describe("a bad configuration ends every verb with 78 and the key at fault", () => {
  test.each([
    ["no JSON", "{", /tenure\.config\.json: /u],
    ["an unknown key", '{"ttl_ms":1}', /unknown key "ttl_ms" \(here it is timing\.leaseDuration\)/u],
    [
      "a misspelt key",
      '{"timing":{"leaseDuraton":"9s"}}',
      /timing: unknown key "leaseDuraton"; there are leaseDuration, /u,
    ],
    ["no object", "[]", /tenure\.config\.json: expected object, received array$/mu],
    ["settings of no lease", '{"leases":{"a/b":{}}}', /leases\.a\/b: a lease name is /u],
    ["no word that is known", '{"restart":{"when":"daily"}}', /restart\.when: expected one of "never"/u],
    [
      "a bad value deep inside",
      '{"leases":{"orders":{"timing":{"lockDelay":true}}}}',
      /leases\.orders\.timing\.lockDelay: /u,
    ],
    ["a prototype", '{"__proto__":{"directory":"/tmp"}}', /__proto__/u],
    ["too much", `{"directory":"${"x".repeat(2_000_000)}"}`, /longer than/u],
  ])("%s", async (_, text, message) => {
    const sandbox = configured(text);
    for (const args of [["status"], ["acquire", "orders", "--no-process"], ["config", "show"]]) {
      const { code, stdout, stderr } = await sandbox.run([...args, "--json"]);
      expect(code, stderr).toBe(78);
      expect(documentIn("error", stdout).error.code).toBe("ECONFIG");
      expect(stderr).toMatch(message);
    }
    expect(existsSync(sandbox.state)).toBe(false);
  });

  test("one that was named and is not there", async () => {
    const { code, stderr } = await new Sandbox().run(["status", "--config", "missing.json"]);
    expect(code).toBe(78);
    expect(stderr).toContain("missing.json: there is no such configuration file");
  });

  test.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe that nobody writes to", (path: string) => execFileSync("mkfifo", [path])],
  ])("%s in its place", async (_, make) => {
    const sandbox = new Sandbox();
    make(join(sandbox.directory, "tenure.config.json"));
    const { code, stderr } = await sandbox.run(["status"]);
    expect(code).toBe(78);
    expect(stderr).toContain("not a regular file");
  });

  test("a bad variable", async () => {
    const { code, stderr } = await new Sandbox().run(["status"], { TENURE_LEASE_DURATION: "soon" });
    expect(code).toBe(78);
    expect(stderr).toContain('TENURE_LEASE_DURATION: "soon" is not a duration');
  });
});

describe("tenure init", () => {
  test("writes a configuration that is right, and never a second time", async () => {
    const sandbox = new Sandbox();
    const path = join(sandbox.directory, "tenure.config.json");
    expect(await sandbox.run(["init"])).toMatchObject({ code: 0, stdout: `wrote ${path}\n` });
    const text = readFileSync(path, "utf8");
    expect(configurationSchema.parse(JSON.parse(text))).toHaveProperty("$schema");
    expect(await sandbox.run(["prove"])).toMatchObject({ code: 0 });

    writeFileSync(path, "{}");
    const again = await sandbox.run(["init", "--json"]);
    expect(again.code).toBe(78);
    expect(documentIn("error", again.stdout).error.message).toContain("left as it is");
    expect(readFileSync(path, "utf8")).toBe("{}");
  });
});

describe("tenure schema", () => {
  test("prints each published JSON Schema", async () => {
    const sandbox = new Sandbox();
    const names = (await sandbox.run(["schema"])).stdout.trimEnd().split("\n");
    expect(names).toContain("configuration");
    expect(await sandbox.json(["schema"])).toEqual({ documents: names });
    const url = new URL(import.meta.resolve("@tenure/schema/json/status.schema.json"));
    expect(JSON.parse((await sandbox.run(["schema", "status"])).stdout)).toEqual(JSON.parse(readFileSync(url, "utf8")));
  });
});

describe("tenure prove", () => {
  test("shows both rules of the default timing to hold", async () => {
    const sandbox = new Sandbox();
    const { code, stdout } = await sandbox.run(["prove"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SAFETY holds/mu);
    expect(stdout).toMatch(/^LIVENESS holds/mu);
    const proof = documentIn("proof", (await sandbox.run(["prove", "--json"])).stdout);
    expect(proof).toMatchObject({ holds: true, timing: { leaseDurationMs: 15_000 } });
  });

  test("reads --ttl 1ms, calls it unsafe, and names the nearest safe timing", async () => {
    const sandbox = new Sandbox();
    const { code, stdout } = await sandbox.run(["prove", "--ttl", "1ms"]);
    expect(code).toBe(78);
    expect(stdout).toMatch(/^SAFETY FAILS/mu);
    expect(stdout).toMatch(/nearest safe setting: leaseDuration \d+ms/u);
    const { code: again, stdout: json } = await sandbox.run(["prove", "--ttl", "1ms", "--json"]);
    const proof = documentIn("proof", json);
    expect({ again, holds: proof.holds }).toEqual({ again: 78, holds: false });
    const nearest = `${proof.nearestSafe?.leaseDurationMs}ms`;
    expect(await sandbox.run(["prove", "--ttl", nearest])).toMatchObject({ code: 0 });
  });

  test("counts how long hung work goes unnoticed into its succession: as asked, or as progress is configured", async () => {
    const hung = async (...args: Parameters<Sandbox["run"]>): Promise<number | undefined> => {
      const { lines } = documentIn("proof", (await new Sandbox().run(...args)).stdout);
      return lines.find(({ rule }) => rule === "DETECT_HUNG")?.left;
    };
    const none = (await hung(["prove", "--json"])) ?? Number.NaN;
    expect(await hung(["prove", "--stall", "7s", "--json"])).toBe(none + 7_000);
    expect(await hung(["prove", "--json"], { TENURE_PROGRESS: "pipe" })).toBe(none + 30_000);
    const sandbox = configured('{"progress":{"from":"pipe","deadline":"9s"}}');
    const { stdout } = await sandbox.run(["advise", "--gap", "5s"]);
    expect(stdout).toMatch(/^a gap of 5s cannot be kept: [^]*\n {11}9s without progress before work counts as hung/u);
    expect((await sandbox.run(["advise", "--gap", "5s", "--stall", "0s"])).code).toBe(0);
  });

  test("proves the longest lease there is, though its bounds are longer than any duration", async () => {
    const { code, stdout } = await new Sandbox().run(["prove", "--ttl", "366d"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/over 366d/u) as string });
  });

  test("proves what the configuration says of one lease", async () => {
    const sandbox = configured('{"leases":{"orders":{"timing":{"leaseDuration":"180s","renewInterval":"60s"}}}}');
    const proof = documentIn("proof", (await sandbox.run(["prove", "orders", "--json"])).stdout);
    expect(proof).toMatchObject({ holds: true, timing: { toleratedMissedRenewals: 1 } });
  });
});
