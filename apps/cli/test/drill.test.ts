import { readFileSync } from "node:fs";
import { createLeaseClient } from "@tenure/core";
import { MemoryStore } from "@tenure/core/testing";
import { processOf, thisHost } from "@tenure/host";
import type { DrillDocument } from "@tenure/schema";
import { expect, test } from "vitest";
import { perform } from "../src/chaos/drill.ts";
import { drillInWords } from "../src/chaos/text.ts";
import { paletteFor } from "../src/output/colour.ts";
import { Sandbox } from "./sandbox.ts";

test("a store that falls silent keeps no stopped holder standing for more than a second longer", async () => {
  const { child } = new Sandbox().startProcess("sleep", ["1000"]);
  const host = thisHost({ holderIdentity: "blue" });
  const store = new MemoryStore();
  const identity = { ...host.identity, holder: processOf(Number(child.pid)) };
  await createLeaseClient({ ...host, identity, store, timing: { leaseDurationMs: 3_000 } }).acquire("orders");
  const drill = {
    name: "orders",
    fault: "pause",
    forMs: 200,
    onFault: () => void store.inject("read", { kind: "hang" }, { times: 9 }),
  } as const;
  const { verdict } = await perform({ ...host, store }, drill, new AbortController().signal);
  expect(verdict).toBe("nobody");
  expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).not.toMatch(/\) T /u);
}, 30_000);

test("a gap that is over the bound and still in time says why", () => {
  const drill: DrillDocument = {
    name: "orders",
    fault: "kill",
    pid: 4242,
    forMs: null,
    before: { epoch: 1, holderIdentity: "blue" },
    after: { epoch: 2, holderIdentity: "green" },
    how: "expired",
    gapMs: 3_100,
    boundMs: 2_699,
    verdict: "succeeded",
  };
  const words = (gapMs: number): string => drillInWords({ ...drill, gapMs }, paletteFor("stdout"));
  expect(words(3_100)).toContain("gap     3.1 s, at most 2.699s by its timing; 500ms more are allowed for the news");
  expect(words(2_000)).toContain("gap     2.0 s, at most 2.699s by its timing\n");
});
