import { resolveTiming } from "@tenure/core";
import type { Observation, Visible } from "@tenure/history";
import { drawPlan, runPlan, type Plan } from "@tenure/simulator";
import { describe, expect, test } from "vitest";
import { Rejected, traceOf, type Change } from "../src/trace.ts";
import { walk, type Timing } from "../src/walk.ts";

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
/** What the model does not have: lost or older copies, pauses by an operator, requests for a transfer. One timing for all, all through the library. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "back-up",
  "delete-floor",
  "delete-state",
  "failover",
  "garbage",
  "overwrite",
  "pause-lease",
  "power-cut",
  "request-transfer",
  "restore",
  "restore-server",
  "resume-lease",
  "truncate",
]);

interface Recorded {
  readonly seed: number;
  readonly history: readonly Observation[];
  readonly timing: Timing;
}

describe("histories of the real code under the simulator's faults", async () => {
  const recorded: Recorded[] = [];
  for (const seed of SEEDS) recorded.push(await record(seed));

  test("are ways through the model, step by step", () => {
    const walked = recorded.map((it) => stepsOf(it));
    expect(walked.filter((it) => it instanceof Rejected)).toEqual([]);
    expect(recorded.flatMap(({ history }) => history).filter(({ kind }) => kind === "granted").length).toBeGreaterThan(
      400,
    );
    expect(recorded.flatMap(({ history }) => history).filter(({ kind }) => kind === "renewed").length).toBeGreaterThan(
      1_000,
    );
  });

  test.for<[string, (it: Recorded) => Recorded | null]>([
    ["another took over while its holder was in office", withAnEarlyTakeover],
    ["an epoch came twice", withAnEpochTwice],
    ["two changes of the store came in the other order", withTwoChangesSwapped],
  ])("are none any more when %s", ([, spoil]) => {
    const spoilt = recorded.map(spoil).filter((it) => it !== null);
    expect(spoilt.length).toBeGreaterThan(10);
    expect(spoilt.filter((it) => !(stepsOf(it) instanceof Rejected)).map(({ seed }) => seed)).toEqual([]);
  });
});

async function record(seed: number): Promise<Recorded> {
  const drawn = drawPlan(seed);
  const settings = drawn.agents[0]?.timing ?? {};
  const agents = drawn.agents.map((agent): Plan["agents"][number] => {
    const leaving = agent.leaving === "transfer" ? "release" : agent.leaving;
    return { ...agent, manner: "library", leaving, timing: settings };
  });
  const events = drawn.events.filter(({ kind }) => !LEFT_OUT.has(kind));
  const { history } = await runPlan({ ...drawn, agents, events });
  return { seed, history, timing: resolveTiming(settings) };
}

function stepsOf({ history, timing }: Recorded): number | Rejected {
  try {
    return walk(traceOf(history, changesIn(history)), timing).steps;
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

function changesIn(history: readonly Observation[]): Change[] {
  return history.flatMap((it) =>
    it.kind === "visible" ? [{ ...it, isOperators: it.nonce.startsWith("operator-") }] : [],
  );
}

/** The first takeover that nobody's word or death allowed: the term before it had run out. */
function lapsed({ history }: Recorded): Visible | undefined {
  const ended = new Map(
    history.flatMap((it) => (it.kind === "ended" ? [[`${it.holder} ${it.epoch}`, it.reason]] : [])),
  );
  const changes = history.filter((it) => it.kind === "visible");
  return changes.find((change, index) => {
    const before = changes[index - 1];
    if (before?.holder === null || before === undefined || before.holder === change.holder) return false;
    const reason = ended.get(`${before.holder} ${before.epoch}`);
    return change.epoch > before.epoch && reason !== undefined && reason !== "died" && reason !== "released";
  });
}

/** As if it had been claimed, and granted, a tenth of a lease after the last sign of the term before. */
function withAnEarlyTakeover(it: Recorded): Recorded | null {
  const taken = lapsed(it);
  const before = it.history.findLast((seen) => seen.kind === "visible" && seen.at < (taken?.at ?? 0));
  const end = it.history.find(
    (seen) => seen.kind === "ended" && before?.kind === "visible" && seen.epoch === before.epoch,
  );
  if (taken === undefined || before === undefined || end === undefined) return null;
  const at = before.at + it.timing.leaseDurationMs / 10;
  if (at + it.timing.leaseDurationMs / 10 > Math.min(end.at, taken.at)) return null;
  const history = it.history.map((seen) => {
    if (seen === taken) return { ...seen, at };
    if (seen.kind !== "granted" || seen.epoch !== taken.epoch) return seen;
    return { ...seen, at: at + 1, sentAt: at };
  });
  return { ...it, history: history.toSorted((a, b) => a.at - b.at) };
}

function withAnEpochTwice(it: Recorded): Recorded | null {
  const [first, second] = [...new Set(it.history.flatMap((seen) => (seen.kind === "granted" ? [seen.epoch] : [])))];
  if (first === undefined || second === undefined) return null;
  const history = it.history.map((seen) =>
    "epoch" in seen && seen.epoch === second ? { ...seen, epoch: first } : seen,
  );
  return { ...it, history };
}

function withTwoChangesSwapped(it: Recorded): Recorded | null {
  const changes = it.history.filter((seen) => seen.kind === "visible");
  const first = changes.find((change, index) => change.epoch !== changes[index + 1]?.epoch);
  const second = changes[changes.indexOf(first ?? (changes[0] as Visible)) + 1];
  if (first === undefined || second === undefined) return null;
  const other = new Map<Observation, Visible>([
    [first, { ...second, at: first.at }],
    [second, { ...first, at: second.at }],
  ]);
  return { ...it, history: it.history.map((seen) => other.get(seen) ?? seen) };
}
