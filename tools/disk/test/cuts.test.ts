import { describe, expect, test } from "vitest";
import { cutPower } from "../src/cuts.ts";
import { diskTypes, missingFor } from "../src/machine.ts";
import { fileSide, tenureSide } from "../src/side.ts";

const seed = 1 + Math.floor(Math.random() * 1e9);

describe("F1 power cuts at moments that nobody chose", () => {
  for (const type of diskTypes) {
    test(`on ${type} take nothing that was acknowledged, and no epoch comes again`, async (context) => {
      const missing = missingFor(type);
      context.skip(missing !== null, missing ?? "");
      const tally = await cutPower({ side: tenureSide(), type, cuts: 8, seed });
      expect(tally, `seed ${seed}`).toMatchObject({ lost: 0, doubled: 0, reissued: 0, problems: [] });
      expect(tally.heard).toBeGreaterThanOrEqual(tally.cuts);
    });
  }

  test("are noticed: write-file-atomic, which syncs the file and not its name, loses what it acknowledged", async (context) => {
    const missing = missingFor("ext4");
    context.skip(missing !== null, missing ?? "");
    const { lost } = await cutPower({ side: fileSide(false), type: "ext4", cuts: 12, seed, flushLog: false });
    expect(lost, `seed ${seed}`).toBeGreaterThan(0);
  });
});
