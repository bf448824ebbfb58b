import { expect, test } from "vitest";
import { LINE_FORMAT, lineBody, lineSum } from "../src/line-sum.ts";

test("a line is closed as every build before closed it: journals outlive the program", () => {
  const line = { v: LINE_FORMAT, seq: 1, text: "é" };
  expect(lineBody(line)).toBe('{"v":1,"seq":1,"text":"é"');
  // As `printf %s '{"v":1,"seq":1,"text":"é"' | openssl dgst -sha256 -binary | base64` has it, in base64url.
  expect(lineSum(lineBody(line))).toBe("VgTqx0rU6_3mIoFtwaMwRt");
});
