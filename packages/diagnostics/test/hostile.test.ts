import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { learn } from "../src/index.ts";
import { guessOf, isOfOffice, isRelayed, tellsOfWriting } from "../src/learn/guess.ts";
import { Templates } from "../src/learn/templates.ts";
import { jsonLine, plainLine, timeIn } from "../src/log-line.ts";
import { headOf } from "../src/readers/heads.ts";
import { journalctlLine } from "../src/readers/journalctl.ts";
import { yearlessLine } from "../src/readers/klog.ts";
import { logfmtIn } from "../src/readers/logfmt.ts";
import { pidIn } from "../src/readers/pid-file.ts";
import { PrettyDocument } from "../src/readers/pretty-document.ts";
import { isJournalExport } from "../src/readers/systemd-export.ts";
import { journalEntryLine } from "../src/readers/systemd.ts";
import { isYaml } from "../src/readers/yaml-documents.ts";
import { file } from "./readers/file.ts";

/** As long as a line may be. */
const LENGTH = 1_048_576;
/** Each takes milliseconds; what backtracks takes minutes or for ever, and is broken off here. */
const LIMIT_MS = 20_000;

const long = (piece: string, before = "", after = ""): string =>
  `${before}${piece.repeat(Math.floor(LENGTH / piece.length))}${after}`;

const heads: readonly (readonly [name: string, head: string])[] = [
  ["blank lines", long("\n", "", "x")],
  ["blank lines that end in returns", long(" \r\n", "", "x")],
  ["marks of documents", long("---\n", "", "x")],
  ["comments", long("#\n", "", "x")],
  ["spaces", long(" ")],
  ["spaces after a word", long(" ", "lease", "x")],
  ["spaces after a time", long(" ", "2026-04-02T09:00:00Z", "x")],
  ["spaces after a severity", long(" ", "2026-04-02T09:00:00Z INFO", "x")],
  ["spaces after a brace", long(" ", "{", "x")],
  ["tabs", long("\t", "", "\u0000")],
  ["letters", long("a")],
  ["digits", long("1")],
  ["dots", long(".", "a")],
  ["brackets", long("[")],
  ["priorities", long("<1>")],
  ["severities", long("INFO 2026-04")],
  ["severities with a time behind them", long("INFO ", "", "2026-04-02T09:00:00Z x")],
  ["processes of Ruby", long("I, [2026-")],
  ["quotes", long('a="', "msg=")],
  ["quotes with backslashes", long('\\"', 'a="')],
  ["pairs", long("a=b ", "", "msg=x")],
  ["words of a limit", long("limit ", "restarts ")],
  ["words of a lease", long("lease lock renew ")],
  ["times", long("2026-04-02T09:00:00Z ")],
  ["documents in documents", long('{"log":')],
  ["days", long("Mon May ", "[")],
];

const readers: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ["YAML", (text) => isYaml(Buffer.from(text))],
  ["the journal that was exported", (text) => isJournalExport(Buffer.from(text))],
  ["the journal as JSON", (text) => journalEntryLine({ __REALTIME_TIMESTAMP: "1", MESSAGE: text })],
  ["journalctl", (text) => journalctlLine(text) ?? journalctlLine(`2026-04-02T09:00:10+0000 north ${text}`)],
  ["a line without a year", (text) => yearlessLine(plainLine(text), 1e12)],
  ["a line", (text) => plainLine(text)],
  ["a head", (text) => headOf(text)],
  ["pairs", (text) => logfmtIn(text)],
  ["a number of a process", (text) => pidIn(text)],
  ["a document over several lines", (text) => [PrettyDocument.begins(text), new PrettyDocument("{", 1).take(text)]],
  ["a JSON line", (text) => jsonLine({ time: text, msg: text, err: text })],
  ["a time", (text) => timeIn(text)],
  ["Docker's line", (text) => jsonLine({ log: text })],
  [
    "who drafts",
    (text) => {
      const place = { file: "a.log", line: 1, text: "" };
      new Templates().add({ text, at: null, place, fields: {}, source: undefined });
    },
  ],
  [
    "who guesses",
    (text) => {
      // No longer one comes here.
      const message = text.slice(0, 4_096);
      return [guessOf(message), isOfOffice(message), isRelayed(message), tellsOfWriting(message)];
    },
  ],
];

describe.each(readers)("%s: hostile text is read at once, as far as it is read at all:", (_, read) => {
  test.each(heads)("%s", (__, head) => {
    runInNewContext("read(head)", { read, head }, { timeout: LIMIT_MS });
  });
});

test("a field of one long word teaches nothing, and at once", async () => {
  const drafted = await learn([file("a.json", `{"who":"${long("a")}"}\n`, undefined, LENGTH)]);
  expect(drafted.mapping.messages).toEqual([]);
});

test("blanks at the end of a line are no part of what is learned", async () => {
  const log = Array.from(
    { length: 3 },
    (_, minute) => `2026-04-02T09:0${minute}:00Z lease acquired by h${minute} epoch ${minute}`,
  );
  const bare = await learn([file("a.log", `${log.join("\n")}\n`)]);
  const blank = await learn([
    file("a.log", log.map((line) => `${line}${" ".repeat(40_000)}\n`).join(""), undefined, LENGTH),
  ]);
  expect(bare.mapping.messages).not.toEqual([]);
  expect(blank.mapping).toEqual(bare.mapping);
});

test("a drafted pattern cannot divide a line of marks among its places in countless ways", async () => {
  const log = ["a1=b2=c3=d4=e5=f6=g7", "h1=i2=j3=k4=l5=m6=n7"].map((names) => `lease acquired of ${names} epoch 7\n`);
  const { mapping } = await learn([file("a.log", log.join(""))]);
  const [pattern] = mapping.messages;
  const expression = new RegExp(pattern?.match ?? "(?!)", "u");
  for (const line of log) expect(expression.test(line), line).toBe(true);
  const hostile = `lease acquired of ${"=".repeat(4_000)}`;
  expect(runInNewContext("expression.test(hostile)", { expression, hostile }, { timeout: LIMIT_MS })).toBe(false);
});
