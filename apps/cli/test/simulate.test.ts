import { expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

test("runs schedules, says what it found, and says the same again", async () => {
  const sandbox = new Sandbox();
  const once = await sandbox.run(["simulate", "--schedules", "4", "--seed", "10", "--json"]);
  expect({ code: once.code, stderr: once.stderr }).toEqual({ code: 0, stderr: "" });
  const document = documentIn("simulation", once.stdout);
  expect(document).toMatchObject({ seed: 10, schedules: 4, broken: [] });
  const again = await sandbox.run(["simulate", "--schedules", "4", "--seed", "10", "--json"]);
  expect(again.stdout).toBe(once.stdout);
  const told = await sandbox.run(["simulate", "--schedules", "4", "--seed", "10"]);
  expect(told.stdout).toMatch(/^4 schedules \(seeds 10 to 13\), \d+ faults of \d+ kinds: no promise was broken\n$/u);
}, 60_000);

test("draws one schedule as a timeline", async () => {
  const { code, stdout } = await new Sandbox().run(["simulate", "--replay", "3"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^seed 3, /u);
  expect(stdout).toMatch(/^ +\d+\.\d{3}s .* leads at epoch \d+/mu);
}, 60_000);

test("refuses what is no number of schedules", async () => {
  const { code, stderr } = await new Sandbox().run(["simulate", "--schedules", "many"]);
  expect(code).toBe(64);
  expect(stderr).toContain("whole number");
});
