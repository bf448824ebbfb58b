import type { FindingDocument } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { style } from "../src/html/style.ts";
import { htmlOf, markdownOf } from "../src/index.ts";
import { history, terms } from "./world.ts";

/** A diagnosis in which every text is the same hostile one. */
function everywhere(text: string): FindingDocument {
  const line = { file: text, line: 1, text };
  const term = {
    name: text,
    epoch: 1,
    holderIdentity: text,
    acquireTime: "2026-04-02T09:00:00.000Z",
    lastRenewTime: "2026-04-02T09:01:00.000Z",
    renewals: 1,
    renewTimes: ["2026-04-02T09:01:00.000Z"],
    endTime: text,
    explanation: text,
  };
  return {
    verdict: text,
    findings: [
      {
        ruleId: "a-rule",
        part: "cause",
        verdict: text,
        confidence: "high",
        evidence: [line, line, line, line],
        counterEvidence: [text],
        change: text,
      },
    ],
    terms: [term, { ...term, acquireTime: text }, { ...term, acquireTime: "2026-04-02T10:00:00.000Z", endTime: null }],
    signature: null,
    effects: [
      {
        at: text,
        label: text,
        before: 0,
        after: 0,
        beforeMedianMs: null,
        afterMedianMs: null,
        test: text,
        p: null,
        leastP: null,
        shiftLeastMs: null,
        shiftMostMs: null,
        answer: "cannot-tell",
        explanation: text,
      },
    ],
    missing: [text],
    files: 1,
    lines: 1,
    unparsed: [{ file: text, lines: 1, first: line }],
  };
}

interface Tag {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly isEnd: boolean;
}

/** All tags of a page; whatever else begins with `<` is a text that was not escaped. */
function tagsIn(page: string): Tag[] {
  const body = page.slice(page.indexOf("<html"));
  const found = [...body.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(\/?)>/gu)];
  expect(found.length, "an unescaped text").toBe(body.split("<").length - 1);
  return found.map(([, slash, name = "", rest = ""]) => ({
    name,
    attributes: [...rest.matchAll(/ ([a-zA-Z0-9-]+)="/gu)].map(([, attribute = ""]) => attribute),
    isEnd: slash === "/",
  }));
}

const VOID = new Set(["meta", "rect", "line", "polyline"]);
const LOADS = new Set(["script", "iframe", "img", "image", "link", "object", "embed", "form", "base", "a", "use"]);

function assertHarmless(page: string): void {
  const open: string[] = [];
  for (const { name, attributes, isEnd } of tagsIn(page)) {
    expect(LOADS.has(name), name).toBe(false);
    for (const attribute of attributes) expect(attribute).not.toMatch(/^on|^href$|^src$|^action$/u);
    if (isEnd) expect(open.pop()).toBe(name);
    else if (!VOID.has(name)) open.push(name);
  }
  expect(open).toEqual([]);
}

describe("the page", () => {
  test.each([
    '<img src=x onerror="alert(1)">',
    "</title></style><script>alert(1)</script>",
    '" onload="alert(1)',
    "' x='<!--",
    "]]>&lt;script&gt;",
    "\u001b[2J\u202e\u0000",
  ])("text of a log stays text: %j", (text) => {
    const page = htmlOf(everywhere(text));
    assertHarmless(page);
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/u);
  });

  test("any text at all stays text", () => {
    const marks = fc.string({ unit: fc.constantFrom(..."<>&\"'/=!- \nascript:".split("")), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(marks, fc.string({ unit: "binary" })), (text) => assertHarmless(htmlOf(everywhere(text)))),
      { numRuns: 200 },
    );
  });

  test("forbids itself to load or run anything", () => {
    expect(htmlOf(everywhere("a"))).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'\"");
    expect(style).not.toMatch(/@import|url\((?!#)/u);
  });

  test("has one first heading, none left out below it, and a head for every row and column of a table", async () => {
    const page = htmlOf(
      await history(terms(8, { releases: false }))
        .fix(500)
        .diagnosed(),
    );
    assertHarmless(page);
    const levels = [...page.matchAll(/<h([1-6])>/gu)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(page).not.toMatch(/<th(?! scope="(?:row|col)")[ >]/u);
    for (const [table] of page.matchAll(/<table.*?<\/table>/gsu)) expect(table).toMatch(/<caption>.+<\/caption>/u);
    expect(page).toMatch(/<svg [^>]*role="img" aria-label="[^"]+"/u);
    for (const heading of ["Findings", "What the times say", "Changes", "Terms", "What was read"])
      expect(page).toContain(`<h2>${heading}</h2>`);
  });

  test("draws who led, what was left of the lease, and when nobody led, with times left out where nothing happens", async () => {
    const world = history(terms(6, { releases: false }));
    const page = htmlOf(await world.says(90_000, "duty taken by late term 9").diagnosed());
    expect(page.match(/class="lead"/gu)).toHaveLength(7);
    expect(page.match(/class="gap"/gu)).toHaveLength(6);
    expect(page).toMatch(/<title>24\.\d h in which nothing begins or ends<\/title>/u);
    const [, points = ""] = /<polyline class="saw" points="([^"]+)"/u.exec(page) ?? [];
    const xs = points.split(" ").map((point) => Number(point.split(",")[0]));
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
    expect(xs.every((x) => x >= 0 && x <= 960)).toBe(true);
  });

  test("counts one as one, as the text for Markdown does", () => {
    const document = everywhere("a");
    const [term] = document.terms;
    const single = { ...document, terms: term === undefined ? [] : [term] };
    for (const text of [htmlOf(single), markdownOf(single)]) {
      expect(text).toContain("1 file, 1 line.");
      expect(text).toContain("1 line of a was not understood");
      expect(text).not.toMatch(/\b1 (?:lines|terms|renewals|leaders|more lines)\b/u);
    }
    expect(htmlOf(single)).toMatch(/When each of 1 leader led.*, 1 renewal; a.*<caption>1 term, times in UTC/su);
  });

  test("names the lease of each term where several are told of, as the text for Markdown does", () => {
    const document = everywhere("a");
    const [first] = document.terms;
    const terms = ["orders", "mail"].flatMap((name) => (first === undefined ? [] : [{ ...first, name }]));
    const several = { ...document, terms };
    expect(htmlOf(several)).toMatch(/<th scope="row">orders: 1<\/th>.*<th scope="row">mail: 1<\/th>/su);
    expect(markdownOf(several)).toMatch(/\| orders: 1 \|.*\| mail: 1 \|/su);
    for (const text of [htmlOf(document), markdownOf(document)]) expect(text).not.toContain("a: 1");
    expect(htmlOf({ ...document, terms: terms.map((term) => ({ ...term, name: "<b>" + term.name })) })).toContain(
      '<th scope="row">&lt;b&gt;orders: 1</th>',
    );
  });

  test("is the same for the same diagnosis, and small for thousands of terms", async () => {
    const document = await history(terms(6)).diagnosed();
    expect(htmlOf(document)).toBe(htmlOf(document));
    const many = { ...document, terms: Array.from({ length: 20 }, () => document.terms).flat() };
    const page = htmlOf({ ...document, terms: Array.from({ length: 50 }, () => many.terms).flat() });
    expect(page).toContain("The last 500 of 6000 terms");
    expect(page.length).toBeLessThan(400_000);
  });
});

describe("contrast", () => {
  test.each(["light", "dark"])("texts reach 4.5 : 1 on both grounds, %s", (mode) => {
    const [light = "", dark = ""] = style.split("@media(prefers-color-scheme:dark)");
    const colours = new Map(
      [...(mode === "light" ? light : dark.slice(0, dark.indexOf("}}"))).matchAll(/--(\w+):(#[0-9a-f]+)/gu)].map(
        ([, name = "", value = ""]) => [name, luminance(value)] as const,
      ),
    );
    for (const name of ["text", "quiet", "lead", "gap", "mark", "good"])
      for (const ground of ["ground", "soft"]) {
        const [high = 0, low = 0] = [colours.get(name) ?? 0, colours.get(ground) ?? 0].toSorted((a, b) => b - a);
        expect((high + 0.05) / (low + 0.05), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
  });
});

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/gu, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
