import { expect, test } from "vitest";
import { diagnose, learn, type Source } from "../../src/index.ts";
import { mapping } from "../mapping.ts";

const log = "2026-07-19T04:00:00Z WARN slow fdatasync\n2026-07-19T04:00:03Z WARN lost the lease\n";

/** In pieces that cut a letter in two. */
function source(name: string, bytes: Buffer): Source {
  return {
    name,
    chunks: (async function* () {
      await Promise.resolve();
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    })(),
  };
}

const little = Buffer.from(log, "utf16le");
const big = Buffer.from(little).swap16();

test.each([
  ["UTF-8 with a mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(log)])],
  ["UTF-16 with its mark", Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
  ["UTF-16 the other way round", Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
  ["UTF-16 without a mark", little],
  ["the same the other way round", big],
])("%s is read", async (_, bytes) => {
  const { findings, unparsed } = await diagnose([source("a.log", bytes)]);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["store-slow"]);
  expect(unparsed).toEqual([]);
});

test("a mark before a state file, as some editors of Windows write it, is no part of it", async () => {
  const state = `${JSON.stringify({ t: "2026-04-02T09:00:00Z", v: { who: "a", term: 1, ttl: 60_000 } }, null, 2)}\n`;
  const marked = `\ufeff${state.replaceAll("\n", "\r\n")}`;
  const { findings, unparsed, terms } = await diagnose([source("duty.jsonl", Buffer.from(marked))], {
    mappings: [mapping],
  });
  expect({ findings, unparsed }).toEqual({ findings: [], unparsed: [] });
  expect(terms).toMatchObject([{ holderIdentity: "a", epoch: 1 }]);
  const drafted = await learn([source("state.json", Buffer.from('\ufeff{"leader_id":"a","leader_epoch":1}\n'))]);
  expect(drafted.mapping.states).toHaveLength(1);
});

test("what is packed is named, and neither read nor learned from", async () => {
  const packed = (): Source[] => [
    source("logs/a.log.xz", Buffer.from("fd377a585a000004", "hex")),
    source("b.log.zst", Buffer.from("28b52ffd0400", "hex")),
    source("c.log.1.bz2", Buffer.from("BZh91AY")),
  ];
  const { missing, lines, verdict } = await diagnose(packed());
  expect(missing).toContain(
    "what 3 files would tell, of what could not be read of them: a.log.xz (xz), b.log.zst (zstd), c.log.1.bz2 (bzip2)",
  );
  expect(lines).toBe(0);
  expect(verdict).toMatch(/^No line of these files is known to tell of a lease/u);
  expect((await learn(packed())).mapping.messages).toEqual([]);
});
