import type { ChildEnded, ChildStarted } from "../observation.ts";
import { groupBy, only } from "../violation.ts";
import type { Invariant, Violation } from "../violation.ts";

export const oneChild: Invariant = {
  id: "I6",
  promise:
    "at most one child of a role lives on a host, none after it was stopped, and none for long after its lease was lost",
  restsOn: ["child-started"],
  *check(history) {
    const living = new Map<string, ChildStarted[]>();
    for (const seen of only(history, "child-started", "child-ended", "child-stopped", "child-due")) {
      const children = living.get(seen.role) ?? [];
      const [first] = children;
      if (seen.kind === "child-due") {
        const late = children.find(({ child }) => child === seen.child);
        if (late !== undefined)
          yield {
            invariant: "I6",
            facts: [late, seen],
            sentence: `${late.child} of ${seen.role} lived on when its lease had long been known to be lost`,
          };
        continue;
      }
      if (seen.kind === "child-ended")
        living.set(
          seen.role,
          children.filter(({ child }) => child !== seen.child),
        );
      if (seen.kind === "child-started") living.set(seen.role, [...children, seen]);
      if (first === undefined || seen.kind === "child-ended") continue;
      if (seen.kind === "child-started")
        yield {
          invariant: "I6",
          facts: [first, seen],
          sentence: `${seen.child} was started as ${seen.role} while ${first.child} lived`,
        };
      else if (!seen.stuck)
        yield {
          invariant: "I6",
          facts: [first, seen],
          sentence: `${seen.role} was said to be stopped while ${first.child} lived`,
        };
    }
  },
};

export const restartBudget: Invariant = {
  id: "I7",
  promise:
    "a role is started no more often than its budget, across restarts of its watchdog, and not again by one that saw it complete",
  restsOn: ["child-started"],
  needs: "restartBudget",
  *check(history, limits) {
    if (limits.restartBudget === undefined) return;
    const { starts: allowed, windowMs } = limits.restartBudget;
    const seen = only(history, "child-started", "child-ended");
    for (const [role, ofRole] of groupBy(seen, ({ role }) => role)) {
      const counted = ofRole.filter((one): one is ChildStarted => one.kind === "child-started" && !isFree(one, ofRole));
      for (const [index, last] of counted.entries()) {
        const first = counted[index - allowed];
        if (first !== undefined && last.at - first.at < windowMs)
          yield {
            invariant: "I7",
            facts: [first, last],
            sentence: `${role} was started ${allowed + 1} times in ${last.at - first.at} ms; its budget is ${allowed} in ${windowMs} ms`,
          };
      }
      yield* startedAfterCompletion(role, ofRole);
    }
  },
};

type OfRole = readonly (ChildStarted | ChildEnded)[];

/** One that follows no failure, or is by hand after somebody said that the role has stopped, takes nothing from a budget. */
function isFree(start: ChildStarted, ofRole: OfRole): boolean {
  if (start.byHand === true) return true;
  const before = ofRole[ofRole.indexOf(start) - 1];
  return before?.kind === "child-ended" && (before.how === "completed" || before.how === "asked");
}

function* startedAfterCompletion(role: string, ofRole: OfRole): Iterable<Violation> {
  const completed = new Map<string, ChildEnded>();
  const starters = new Map<string, string>();
  for (const one of ofRole) {
    if (one.kind === "child-ended" && one.how === "completed") {
      const by = starters.get(one.child);
      if (by !== undefined) completed.set(by, one);
    }
    if (one.kind !== "child-started" || one.by === undefined) continue;
    starters.set(one.child, one.by);
    const before = completed.get(one.by);
    if (before === undefined) continue;
    const sentence = `${one.child} was started as ${role} by ${one.by}, whose ${before.child} had completed`;
    yield { invariant: "I7", facts: [before, one], sentence };
  }
}
