import { describe, expect, test } from "vitest";
import { createProgram } from "../src/program.ts";
import { Sandbox } from "./sandbox.ts";

const verbs = [
  "run",
  "acquire",
  "renew",
  "heartbeat",
  "release",
  "status",
  "watch",
  "history",
  "diagnose",
  "adopt",
  "doctor",
  "transfer",
  "pause",
  "resume",
  "move",
  "break",
  "chaos",
  "prove",
  "advise",
  "simulate",
  "init",
  "config show",
  "fence verify",
  "schema",
  "completion",
];

test("the help names every verb, the words of other tools, and the exit codes", async () => {
  const { code, stdout, stderr } = await new Sandbox().run(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const verb of verbs) expect(stdout).toContain(`\n  ${verb.split(" ")[0]} `);
  for (const word of ["ttl_ms", "leader_id", "leader_epoch", "last_heartbeat"]) expect(stdout).toContain(word);
  expect(stdout).toMatchSnapshot();
});

test("no arguments at all show the help", async () => {
  const sandbox = new Sandbox();
  expect(await sandbox.run([])).toEqual(await sandbox.run(["--help"]));
});

test.each(verbs)("the help of %s has examples and --json", async (verb) => {
  const { code, stdout, stderr } = await new Sandbox().run([...verb.split(" "), "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/\nExamples:\n {2}\S/u);
  expect(stdout).toContain("--json");
  expect(stdout).toMatchSnapshot();
});

test("help VERB is VERB --help, of a verb in a group as well", async () => {
  const sandbox = new Sandbox();
  for (const verb of ["run", "fence verify"])
    expect(await sandbox.run(["help", ...verb.split(" ")])).toEqual(await sandbox.run([...verb.split(" "), "--help"]));
  expect(await sandbox.run(["help"])).toEqual(await sandbox.run(["--help"]));
});

/** The help of a verb, or of all, on a terminal that is so wide. */
async function helpAt(columns: number, verb: string): Promise<string> {
  const words = verb.split(" ");
  const program = await createProgram(words[0], []);
  const command = words.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, program);
  let text = "";
  command.configureHelp({ ...command.configureHelp(), helpWidth: columns });
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

test.each([...verbs, ""])("no line of the help of %s is wider than a narrow terminal", async (verb) => {
  const lines = (await helpAt(80, verb)).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

/** The words of a help, wherever its lines break: an example stands below what it does, or beside it. */
function wordsOf(help: string): string[] {
  return help
    .split(/\s+/u)
    .filter((word) => word !== "" && word !== "\\" && word !== "#")
    .toSorted();
}

describe.each([40, 20])("on a terminal of %d columns", (columns) => {
  test.each([...verbs, ""])("the help of %s has all its words, and breaks no word", async (verb) => {
    const help = await helpAt(columns, verb);
    expect(wordsOf(help)).toEqual(wordsOf(await helpAt(100, verb)));
  });

  test.each([...verbs, ""])(
    "the help of %s is wrapped, so that only what must stay in one piece runs over",
    async (verb) => {
      const text = (await helpAt(columns, verb)).replace(/\nExamples:\n(?: {2}.*\n?)*/u, "\n");
      const over = text.split("\n").filter((line) => line.length > columns && line.trim().includes(" "));
      expect(over).toEqual([]);
    },
  );
});

test("an example that is broken is still one to copy", async () => {
  expect(await helpAt(80, "prove")).toContain(
    "  tenure prove \\\n    --foreign client-go leaseDuration=15s renewDeadline=14s retryPeriod=11s\n",
  );
});

test("prints its version", async () => {
  const sandbox = new Sandbox();
  const { code, stdout } = await sandbox.run(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  expect((await sandbox.run(["-V"])).stdout).toBe(stdout);
});
