import type { LeaseStatus } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { widthOf } from "../src/output/width.ts";
import { statusInWords } from "../src/status/text.ts";
import { frame } from "../src/watch/frame.ts";
import { held, palette } from "./shown.ts";

const longest = `orders-${"x".repeat(114)}-eu-7`;
const expired: LeaseStatus = {
  ...held,
  name: longest,
  holderIdentity: "東京のサーバー🚀/שלום",
  ageMs: 16_000,
  remainingMs: -4_000,
};
const other: LeaseStatus = { ...held, name: "b" };
const document = { storeId: "s", directory: "/state", leases: [expired, other] };
const wallMs = Date.parse("2026-01-01T00:00:29Z");

describe("a name of the longest that there may be", () => {
  test.each([80, 100, 120])("is shortened in a status of %d columns, and what follows stands in columns", (columns) => {
    const [head = "", long = "", short = "", ...notes] = statusInWords(document, { columns, palette, nowMs: wallMs })
      .trimEnd()
      .split("\n");
    expect(long).toMatch(/^orders-x+…x+-eu-7 +expired +1 /u);
    for (const line of [long, short]) {
      expect(line.indexOf(line === long ? "expired" : "held")).toBe(head.indexOf("STATE"));
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
    expect(notes.join("\n")).toMatch(/\norders-x+…x+-eu-7: not renewed for 16\.0 s/u);
  });

  test("is whole where there is no terminal, and where a row has its own lines", () => {
    expect(statusInWords(document, { palette, nowMs: wallMs })).toContain(`${longest}  expired`);
    expect(statusInWords(document, { columns: 40, palette, nowMs: wallMs })).toContain(
      `LEASE      ${longest}\nSTATE      expired\n`,
    );
  });

  test.each([
    [80, 24],
    [60, 24],
    [40, 24],
    [30, 12],
  ])("hides neither the state of a lease nor what happened to it on a screen of %d by %d", (columns, rows) => {
    const looks = new Map(document.leases.map((status) => [status.name, [{ atMs: 0, status }]]));
    const told = [`12:00:00 ${longest} not renewed in time by "worker-a", epoch 1`];
    const scene = { leases: looks, told, nowMs: 0, wallMs, store: { storeId: "s", directory: "/state" } };
    const lines = frame(scene, { columns, rows, palette });
    // As a screen cuts them.
    const seen = lines.map((line) => line.slice(0, columns));
    expect(seen).toContainEqual(expect.stringMatching(/^\S*…\S* +expired /u));
    expect(seen).toContainEqual(expect.stringMatching(/^b +held /u));
    if (rows < 24) return;
    expect(seen.join("")).toContain(longest);
    expect(seen.join(" ")).toContain("not renewed in time by");
  });
});
