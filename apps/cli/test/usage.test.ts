import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

describe("what is typed wrongly ends with 64, a line on stderr, and a document under --json", () => {
  test.each<readonly [what: string, args: readonly string[], message: RegExp]>([
    ["a misspelt verb", ["aquire", "orders"], /unknown command 'aquire'; did you mean acquire\?/u],
    ["a misspelt option", ["status", "--jsn"], /unknown option '--jsn'; did you mean --json\?/u],
    ["a missing name", ["renew"], /missing required argument 'name'; see tenure renew --help/u],
    ["a word too many", ["release", "orders", "now"], /too many arguments .*; see tenure release --help/u],
    ["no word on how long", ["pause", "orders"], /'--for <duration>' not specified; see tenure pause --help/u],
    ["a pause of no time", ["pause", "orders", "--for", "0s"], /pauses nothing; tenure resume orders/u],
    ["half a verb's words", ["fence", "verify"], /missing required argument 'name'; see tenure fence verify --help/u],
    ["a bad name", ["status", "../orders"], /"\.\.\/orders" is no lease name/u],
    ["a name that looks like a file", ["acquire", ".hidden", "--no-process"], /no lease name/u],
    ["a hostile name", ["history", "a\u001b[2Jb"], /"a\\u001B\[2Jb" is no lease name/u],
    ["a number without a unit", ["acquire", "orders", "--no-process", "--ttl", "15"], /no unit/u],
    ["half a number", ["renew", "orders", "--holder", "a", "--epoch", "1x"], /whole number/u],
    ["no word on who acts", ["acquire", "orders"], /--pid \$\$\) or --no-process/u],
    ["two words on who acts", ["acquire", "orders", "--pid", "1", "--no-process"], /either --pid/u],
    ["a process that is none", ["acquire", "orders", "--pid", "4194304999"], /no process/u],
    ["an empty path", ["status", "--dir", ""], /--dir.*empty/u],
    ["no term", ["release", "orders"], /--holder ID --epoch N/u],
    ["a wait that is none", ["acquire", "orders", "--no-process", "--no-wait", "--timeout", "1s"], /exclude/u],
    ["no command", ["run", "orders"], /-- /u],
    [
      "a budget of no restarts",
      ["run", "orders", "--restart-burst", "3", "--", "true"],
      /--restart-burst .*--restart/u,
    ],
    ["reports of no progress", ["run", "orders", "--grace", "3s", "--", "true"], /--grace .*--progress pipe/u],
    ["a setting where settings are sought", ["advise", "--gap", "5s", "--ttl", "5s"], /--lease-duration .*--what-if/u],
    ["a stall of what is recorded", ["advise", "--what-if", "orders", "--stall", "5s"], /--stall .*--gap/u],
    ["a watch over no file", ["doctor", "--for", "5s"], /--for .*--state/u],
    ["a wait of who only watches", ["adopt", "x", "--timeout", "5s"], /--timeout .*--own or --undo/u],
    ["a lease of who only watches", ["adopt", "x", "--name", "a"], /--name .*--own or --undo/u],
    ["a store of who only watches", ["adopt", "x", "--dir", "y"], /--dir .*--own or --undo/u],
    ["a policy of who only watches", ["adopt", "x", "--on-foreign-write", "refuse"], /--on-foreign-write .*--own/u],
    ["a policy of what is handed back", ["adopt", "x", "--undo", "--on-foreign-write", "refuse"], /--on-.* --own/u],
    ["a watch over what is taken", ["adopt", "x", "--own", "--for", "5s"], /--for .*without --own/u],
    ["a place in what is known", ["adopt", "x", "--undo", "--epoch-at", "/epoch"], /--epoch-at .*without --undo/u],
    ["an adopted name that is a path", ["adopt", "x", "--undo", "--name", "../y"], /"\.\.\/y" is no lease name/u],
    ["a place in no file", ["doctor", "--epoch-at", "/epoch"], /--epoch-at .*--state/u],
    ["schedules for hours", ["simulate", "--hours", "1", "--schedules", "3"], /--schedules .*--hours/u],
    ["candidates for no time", ["simulate", "--candidates", "3"], /--candidates .*--hours/u],
    ["a setting of another system's", ["prove", "--foreign", "etcd", "--ttl", "5s"], /--lease-duration .*--foreign/u],
    ["a name that is a setting", ["prove", "ttl=1ms"], /--foreign/u],
    ["a name that is a path", ["prove", "a/b"], /no lease name/u],
    ["two places", ["status", "--store", "redis://h", "--dir", "x"], /--store and --dir exclude each other/u],
    ["no reason to pause", ["pause", "orders", "--for", "1m", "--reason", ""], /--reason.*empty/u],
    ["no reason to break", ["break", "orders", "--reason", " "], /--reason.*empty/u],
    ["nobody to give way to", ["transfer", "orders", "--to", ""], /--to.*empty/u],
    ["an unknown shell", ["completion", "tcsh"], /bash, zsh, fish, powershell/u],
    ["an unknown document", ["schema", "stats"], /there is no document "stats"/u],
  ])("%s", async (_, args, message) => {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const { code, stdout, stderr } = await new Sandbox().run(args.toSpliced(end, 0, "--json"));
    expect(code, stderr).toBe(64);
    expect(stderr).toMatch(/^tenure: /u);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    const { error } = documentIn("error", stdout);
    expect(error.code).toBe("EUSAGE");
    expect(stderr).toMatch(message);
  });

  test("the help of no verb", async () => {
    const { code, stdout, stderr } = await new Sandbox().run(["help", "aquire"]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toBe('tenure: there is no verb "aquire"; tenure --help lists them\n');
  });

  test("without --json nothing is on stdout", async () => {
    const { code, stdout, stderr } = await new Sandbox().run(["renew"]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toBe("tenure: missing required argument 'name'; see tenure renew --help\n");
  });
});
