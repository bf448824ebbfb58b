import { expect, test } from "vitest";
import { parseProgressOrigin } from "../src/progress-origin.ts";

test.each([
  ["pipe", { kind: "pipe" }],
  ["file:a b", { kind: "file", path: "a b" }],
  ["http://127.0.0.1:80/h", { kind: "http", url: "http://127.0.0.1:80/h" }],
  ["https://host/h?a=b", { kind: "http", url: "https://host/h?a=b" }],
  ["http:http://host", { kind: "http", url: "http://host" }],
  ["http:https://host", { kind: "http", url: "https://host" }],
])("%s", (text, origin) => {
  expect(parseProgressOrigin(text)).toEqual(origin);
});

test.each([
  "",
  "Pipe",
  "pipe:3",
  "file:",
  "file:a\0b",
  "http:",
  "http:host",
  "http://",
  "ftp://host",
  `file:${"x".repeat(1024)}`,
])("%o is refused with the rule", (text) => {
  expect(() => parseProgressOrigin(text)).toThrow("pipe, file:PATH or http:URL");
});
