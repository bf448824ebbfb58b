import type { Finding } from "@tenure/schema";
import type { Case } from "./case.ts";
import { zonelessAmong } from "./clocks.ts";
import { lineOf, type Evidence } from "./evidence.ts";
import { fileName } from "./file-name.ts";
import type { ObservedTerm } from "./term.ts";
import type { ObservedTiming } from "./timing.ts";
import { strangeUnitOf } from "./unit.ts";

/** What every rule looks at. */
export interface Scene {
  readonly own: Case;
  readonly terms: readonly ObservedTerm[];
  readonly timing: ObservedTiming;
}

/** Sees one kind of trouble, or nothing. Rules know nothing of each other. */
export interface Rule {
  readonly id: string;
  readonly find: (scene: Scene) => Told | null;
}

/** A finding, before its lines are cut to what is shown. */
export interface Told extends Omit<Finding, "ruleId" | "evidence" | "counterEvidence"> {
  readonly evidence: readonly (Evidence | null)[];
  readonly counterEvidence?: string[];
}

/** More lines of the same kind convince nobody who the first did not. */
const LINES_SHOWN = 12;

export function findingOf(rule: Rule, scene: Scene): Finding | null {
  const told = rule.find(scene);
  if (told === null) return null;
  const named = told.evidence.filter((each) => each !== null);
  const lines = named.map(lineOf);
  // Of a whole machine's journal most units have nothing to do with the lease.
  const [strange] = named.flatMap((each) => strangeUnitOf(each, scene.own) ?? []);
  const [zoneless] = zonelessAmong(
    scene.own,
    named.map(({ file }) => file),
  );
  // One line may tell of two things.
  const evidence = [...new Map(lines.map((each) => [`${each.line} ${each.file}`, each])).values()];
  return {
    ...told,
    ...(zoneless !== undefined && { confidence: told.confidence === "high" ? ("medium" as const) : ("low" as const) }),
    ...(strange !== undefined && { confidence: "low" as const }),
    ruleId: rule.id,
    evidence: evidence.slice(0, LINES_SHOWN),
    counterEvidence: [
      ...(told.counterEvidence ?? []),
      ...(zoneless === undefined
        ? []
        : [
            `the times of ${fileName(zoneless)} name no zone and were read as UTC: in another zone they are hours away`,
          ]),
      ...(strange === undefined
        ? []
        : [`no line ties the unit to the holder: "${strange}" may have nothing to do with the lease`]),
    ],
  };
}
