import type { Ailment } from "@tenure/schema";

/** What a check found, also when all is well. */
export type Answer = Well | Fired;

export interface Well {
  readonly level: "well";
  readonly verdict: string;
}

export type Fired = Omit<Ailment, "name">;

/** Asks one question; `null` where it makes no sense. Checks know nothing of each other. */
export interface Check<Subject> {
  readonly question: string;
  readonly look: (subject: Subject) => Answer | null;
}

export function well(verdict: string): Well {
  return { level: "well", verdict };
}

type Told = Pick<Ailment, "ruleId" | "verdict" | "evidence" | "change"> & { readonly confidence?: Fired["confidence"] };

export function warning(told: Told): Fired {
  return { level: "warning", confidence: "high", ...told };
}

export function ill(told: Told): Fired {
  return { level: "ill", confidence: "high", ...told };
}
