import { describe, expect, test } from "vitest";
import type { DoctorReport } from "../src/doctor/report.ts";
import { doctorInWords } from "../src/doctor/text.ts";
import { widthOf } from "../src/output/width.ts";
import { palette } from "./shown.ts";

const longest = `orders-${"x".repeat(114)}-eu-7`;
const path = `/var/lib/${"a-folder-of-a-long-name/".repeat(6)}state`;
const report: DoctorReport = {
  reports: [
    {
      name: null,
      title: path,
      answers: [
        {
          question: "is the place fit for leases",
          answer: { level: "well", verdict: `directory ${path}` },
        },
      ],
    },
    {
      name: longest,
      title: `${longest} (expired)`,
      answers: [
        {
          question: "is this record really renewed",
          answer: {
            level: "ill",
            ruleId: "not-renewed",
            confidence: "high",
            verdict: 'nothing renews it for "東京のサーバー🚀"',
            evidence: [`last written by ${path}/serve.js`],
            change: `end the holder, or lead with: tenure run ${longest} -- command`,
          },
        },
      ],
    },
  ],
  guarantees: {
    engine: "file",
    scope: "machine",
    linearizable: true,
    durable: true,
    survivesFailover: false,
    serverClock: false,
    tellsDeath: true,
    journal: "atomic",
    fair: false,
    epochResets: [`${path} is deleted`],
  },
};

describe("what an examination found", () => {
  test.each([120, 80, 60, 40, 20])("cuts no path, no command and no name in %d columns", (columns) => {
    const text = doctorInWords(report, { columns, palette });
    for (const word of [`${path}: well`, `directory ${path}`, `${path}/serve.js`, longest]) {
      const [first = "", second] = word.split(" ");
      expect(text).toContain(first);
      if (second !== undefined) expect(text).toContain(second);
    }
    expect(text.replaceAll(/\s+/gu, " ")).toContain(`tenure run ${longest} -- command`);
    const over = text.split("\n").filter((line) => widthOf(line) > columns && !/\S{20}/u.test(line));
    expect(columns < 40 ? [] : over).toEqual([]);
  });

  test.each([true, false])("breaks a path only on a screen on which nothing runs over, brief: %s", (brief) => {
    for (const columns of [120, 80, 40]) {
      const lines = doctorInWords(report, { columns, palette, isScreen: true, brief }).split("\n");
      expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
      const whole = lines.map((line) => line.trim()).join("");
      for (const word of [path, longest]) expect(whole).toContain(word);
      expect(whole).toMatch(/state(?:: )?well/u);
      expect(whole).toMatch(/\(expired\)(?:: )?ill/u);
    }
  });
});
