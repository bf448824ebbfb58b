import type { ChildStarted } from "../observation.ts";
import { groupBy, only } from "../violation.ts";
import type { Invariant } from "../violation.ts";

export const oneChild: Invariant = {
  id: "I6",
  promise: "at most one child of a role lives on a host, and none after it was stopped",
  restsOn: ["child-started"],
  *check(history) {
    const living = new Map<string, ChildStarted[]>();
    for (const seen of only(history, "child-started", "child-ended", "child-stopped")) {
      const children = living.get(seen.role) ?? [];
      const [first] = children;
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
  promise: "a role is started no more often than its budget, across restarts of its watchdog",
  restsOn: ["child-started"],
  needs: "restartBudget",
  *check(history, limits) {
    if (limits.restartBudget === undefined) return;
    const { starts: allowed, windowMs } = limits.restartBudget;
    for (const [role, starts] of groupBy(only(history, "child-started"), ({ role }) => role)) {
      for (const [index, last] of starts.entries()) {
        const first = starts[index - allowed];
        if (first !== undefined && last.at - first.at < windowMs)
          yield {
            invariant: "I7",
            facts: [first, last],
            sentence: `${role} was started ${allowed + 1} times in ${last.at - first.at} ms; its budget is ${allowed} in ${windowMs} ms`,
          };
      }
    }
  },
};
