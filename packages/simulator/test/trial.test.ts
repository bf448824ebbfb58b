import { proveTiming, resolveTiming } from "@tenure/core";
import { defaultRestartPolicy, type RestartPolicy } from "@tenure/watchdog";
import { expect, test } from "vitest";
import { drawTimeline, runPlan, runTrial, trialFaultKinds, type TrialOptions } from "../src/index.ts";
import { leaderless } from "../src/trial/leaderless.ts";
import { RestartBook } from "../src/trial/restart-book.ts";
import { seededRandom } from "../src/world/random.ts";

const restart: RestartPolicy = { ...defaultRestartPolicy, restart: "on-failure" };
const usual: TrialOptions = { seed: 1, hours: 120, timing: {}, restart, store: "network" };

const worstGapMs = (options: TrialOptions["timing"], rule: string): number =>
  proveTiming(resolveTiming(options)).find((line) => line.rule === rule)?.right ?? 0;

test("safe settings never overlap; a leader that stands still is succeeded within what the proof says", async () => {
  for (const [store, seed] of [
    ["network", 1],
    ["file", 2],
  ] as const) {
    const { broken, overlaps, faults, worst } = await runTrial({ ...usual, store, seed });
    expect({ broken, overlaps }).toEqual({ broken: [], overlaps: 0 });
    expect(new Set(Object.keys(faults))).toEqual(new Set(trialFaultKinds[store]));
    expect(faults.pause?.longestGapMs).toBeGreaterThan(5_000);
    // Candidates look when they are told, and lose a notice now and then.
    expect(faults.pause?.longestGapMs).toBeLessThan(worstGapMs({}, "DETECT_HUNG") + 4_500);
    expect(worst?.gapMs).toBeGreaterThan(5_000);
  }
}, 120_000);

test("a death on one machine is told by its kernel; on another one the lease has to run out, or the command comes back", async () => {
  const left = { ...usual, restart: defaultRestartPolicy };
  const [file, network] = [await runTrial({ ...left, store: "file", hours: 60 }), await runTrial(left)];
  expect(file.faults.crash?.longestGapMs).toBeLessThan(1_000);
  expect(network.faults.crash?.longestGapMs).toBeGreaterThan(5_000);
  // Started again on the machine it died on, it proves that it is dead.
  expect((await runTrial(usual)).faults.crash?.longestGapMs).toBeLessThan(1_500);
}, 120_000);

test("a shorter lease is lost more often and succeeded sooner", async () => {
  const left = { ...usual, restart: defaultRestartPolicy };
  const short = await runTrial({ ...left, timing: { leaseDurationMs: 2_000 } });
  const long = await runTrial({ ...left, timing: { leaseDurationMs: 60_000 } });
  const losses = ({ faults }: typeof short): number =>
    Object.values(faults).reduce((sum, totals) => sum + totals.losses, 0);
  expect(losses(short)).toBeGreaterThan(losses(long));
  expect(short.faults.crash?.longestGapMs).toBeLessThan(2_500);
  expect(long.faults.crash?.longestGapMs).toBeGreaterThan(20_000);
}, 120_000);

test("the same seed finds the same, another one something else, and the worst schedule can be run and drawn again", async () => {
  const once = await runTrial({ ...usual, hours: 40 });
  const again = await runTrial({ ...usual, hours: 40 });
  expect(again).toEqual(once);
  expect((await runTrial({ ...usual, hours: 40, seed: 2 })).digest).not.toBe(once.digest);
  if (once.worst === null) throw new Error("nothing went wrong");
  const replayed = await runPlan(once.worst.outcome.plan);
  expect(replayed.digest).toBe(once.worst.outcome.digest);
  const drawn = drawTimeline(replayed, { brief: true });
  expect(drawn).toMatch(/leads at epoch 1/u);
  expect(drawn.split("\n").length).toBeLessThan(drawTimeline(replayed).split("\n").length);
  expect(drawn).not.toContain("store        shows");
}, 60_000);

test("who leads alone is missed for as long as its command is down, and no promise is broken by that", async () => {
  for (const store of ["file", "network"] as const)
    for (const policy of [restart, { ...restart, onExhausted: "stop" as const }, defaultRestartPolicy]) {
      const { broken, faults, restarts } = await runTrial({ ...usual, store, restart: policy, candidates: 1 });
      expect(broken).toEqual([]);
      if (policy === restart) expect(faults["crash-loop"]?.longestGapMs).toBeGreaterThan(0.9 * restarts.longestDownMs);
    }
}, 120_000);

test("settings that no leader could be started with are refused", async () => {
  await expect(runTrial({ ...usual, timing: { renewDeadlineMs: 15_000 } })).rejects.toThrow("SAFETY fails");
  const never = { ...restart, burst: 5, backoffMs: 60_000, windowMs: 60_000 };
  await expect(runTrial({ ...usual, restart: never })).rejects.toThrow("can never be spent");
});

test("is told how far it is, and stops when it is to", async () => {
  const controller = new AbortController();
  const onProgress = (hours: number): void => {
    if (hours > 10) controller.abort(new Error("enough"));
  };
  await expect(runTrial({ ...usual, hours: 1e5, onProgress, signal: controller.signal })).rejects.toThrow("enough");
}, 60_000);

test("a command that fails at once spends its budget as the policy says, over the whole of the time", () => {
  const middle = { ...seededRandom(1), next: () => 0 };
  const book = new RestartBook({ ...restart, onExhausted: "stop" }, middle);
  expect(book.fail(3_600_000, 60_000)).toEqual({ firstMs: 1_000, recoveredMs: 60_000 });
  // Backoffs of 1, 2, 4, 8 and 16 s, five restarts, and then it gives up; a person starts it once the fault is over.
  expect(book.totals).toMatchObject({ failures: 6, restarts: 5, probes: 0, gaveUp: 1 });
  expect(book.fail(3_660_001, 0).firstMs).toBeNull();
  expect(book.totals.gaveUp).toBe(2);
  const probing = new RestartBook(restart, middle);
  probing.fail(3_600_000, 600_000);
  expect(probing.totals).toMatchObject({ restarts: 5, probes: 2, gaveUp: 0 });
  const never = new RestartBook(defaultRestartPolicy, middle);
  expect(never.fail(1_000, 0)).toEqual({ firstMs: null, recoveredMs: 0 });
  expect(never.totals.leftDown).toBe(1);
});

test("time in which nobody led is what lies between one leader's last moment and the next one's first", () => {
  const of = (kind: "granted" | "ended", at: number, epoch: number): object => ({
    kind,
    at,
    lease: "job",
    holder: `h${epoch}`,
    epoch,
    ...(kind === "granted"
      ? { sentAt: at, renewDeadlineMs: 12_000, validUntil: at + 12_000 }
      : { reason: "event-loop-stall" }),
  });
  const quiet = { kind: "quiet", at: 30_000, lease: "job", withinMs: 1_000 };
  const history = [of("granted", 100, 1), of("ended", 12_100, 1), of("granted", 20_000, 2), quiet] as never;
  expect(leaderless({ history } as never, null)).toEqual({ longestMs: 7_900, totalMs: 7_900, losses: 1 });
  const stood = { fromMs: 2_100, untilMs: 60_000, ledFromMs: 500 };
  expect(leaderless({ history } as never, stood).longestMs).toBe(17_900);
});
