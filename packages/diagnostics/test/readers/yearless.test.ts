import { describe, expect, test } from "vitest";
import { file, holders, read } from "./file.ts";

const acquired = "leaderelection.go:258] successfully acquired lease press/ctl";
const may = Date.UTC(2026, 4, 1);

describe("lines without a year", () => {
  test("klog: the last year in which the line is not later than its file", async () => {
    const log = `I1231 23:59:59.500000       1 ${acquired}\nI0402 09:00:00.250000   12345 ${acquired}\n`;
    expect(holders(await read([file("a.log", log, may)]))).toEqual([
      ["a.log", "2025-12-31T23:59:59.500Z"],
      ["a.log", "2026-04-02T09:00:00.250Z"],
    ]);
  });

  test("klog under the time of a collector, which is believed", async () => {
    const log = `2026-04-02T09:00:01.5Z I0402 11:00:01.400000       1 ${acquired}\n`;
    expect(holders(await read([file("a.log", log)]))).toEqual([["a.log", "2026-04-02T09:00:01.500Z"]]);
  });

  test("structured client-go lines name the lease too", async () => {
    const log = `I0402 09:00:00.000000       1 leaderelection.go:272] "Successfully acquired lease" lock="press/ctl"\n`;
    expect((await read([file("a.log", log, may)])).terms).toHaveLength(1);
  });

  test("syslog: its host and program name the leader", async () => {
    const log = `Apr  2 09:00:00 north ctl[12]: successfully acquired lease press/ctl\n`;
    expect(holders(await read([file("syslog", log, may)]))).toEqual([["north/ctl", "2026-04-02T09:00:00.000Z"]]);
  });

  test("a log that no date is known of has no terms, and says so", async () => {
    const { terms, missing } = await read([file("a.log", `I0402 09:00:00.000000       1 ${acquired}\n`)]);
    expect(terms).toEqual([]);
    expect(missing.join(" ")).toContain("who acquired the lease");
  });

  test("a leader goes by the name that its own log tells elsewhere", async () => {
    const event = `I0402 09:00:00.100000       1 event.go:294] "Event occurred" kind="Lease" reason="LeaderElection" message="pod-a_9f became leader"`;
    const log = `I0402 09:00:00.000000       1 ${acquired}\n${event}\n`;
    expect(holders(await read([file("logs/a.log", log, may)]))).toEqual([["pod-a_9f", "2026-04-02T09:00:00.000Z"]]);
  });
});
