import { describe, expect, test } from "vitest";
import { file, holders, read } from "./file.ts";

const said = "successfully acquired lease press/ctl";

describe("journalctl -o short-iso", () => {
  test.each([
    ["as it is", `2026-04-02T11:00:00+0200 north ctl[12]: ${said}`, "2026-04-02T09:00:00.000Z"],
    ["with microseconds", `2026-04-02T09:00:00.250000+00:00 north ctl[12]: ${said}`, "2026-04-02T09:00:00.250Z"],
    [
      "with the program's own head",
      `2026-04-02T09:00:01+0000 north ctl[12]: [2026-04-02T09:00:00Z] [INFO] ${said}`,
      "2026-04-02T09:00:01.000Z",
    ],
    [
      "with klog's",
      `2026-04-02T09:00:01+0000 north ctl[12]: I0402 09:00:00.000000       1 leaderelection.go:258] ${said}`,
      "2026-04-02T09:00:01.000Z",
    ],
    [
      "with an object",
      `2026-04-02T09:00:01+0000 north ctl[12]: {"time":"2026-04-02T09:00:00Z","msg":"${said}"}`,
      "2026-04-02T09:00:01.000Z",
    ],
  ])(
    "a program's line, %s: its time is the journal's, its leader is called as host and program",
    async (_, line, time) => {
      const document = await read([file("journal.txt", `${line}\n`)]);
      expect(holders(document)).toEqual([["north/ctl", time]]);
      expect(document.unparsed).toEqual([]);
    },
  );

  test("the kernel's lines have no number", async () => {
    const log = `2026-04-02T09:00:10+0000 north kernel: watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [node:123]
2026-04-02T09:00:20+0000 north ctl[12]: failed to renew lease press/ctl: timed out waiting for the condition\n`;
    const { findings } = await read([file("journal.txt", log)]);
    expect(findings.map(({ ruleId }) => ruleId)).toContain("cpu-starved");
  });

  test("a log that only looks a little like it keeps its message", async () => {
    const mapping = {
      name: "own",
      messages: [{ kind: "acquired" as const, match: "^worker job: taken by (?<holder>\\w+)$" }],
    };
    const { terms } = await read([file("a.log", "2026-04-02T09:00:00+00:00 worker job: taken by a\n")], [mapping]);
    expect(terms.map(({ holderIdentity }) => holderIdentity)).toEqual(["a"]);
  });
});
