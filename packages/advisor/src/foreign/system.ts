import type { ForeignProofDocument, ForeignRule, ForeignSystem } from "@tenure/schema";
import { DURATION_MAX_MS, formatDuration } from "@tenure/schema/light";

/** How one of its settings is read; a number without a unit is in the system's own. */
export type SettingForm = {
  /** Other names that people find it under, such as that of a command's flag. */
  readonly aliases?: readonly string[];
} & (
  | {
      readonly kind: "duration";
      readonly unitMs: number;
      readonly default: number;
      /** Texts that are no durations, and what they stand for. */
      readonly also?: Readonly<Record<string, number>>;
      /** The system's own way to write one, where it has another than ours; `null` for what is none. */
      readonly read?: (text: string) => number | null;
    }
  | { readonly kind: "number"; readonly default: number }
  | { readonly kind: "word"; readonly words: readonly string[]; readonly default: string }
);

export type SettingForms = Readonly<Record<string, SettingForm>>;

/** Durations in milliseconds. */
export type SettingValues<Forms extends SettingForms> = {
  readonly [Key in keyof Forms]: Forms[Key]["kind"] extends "word" ? string : number;
};

/** What a system makes of its settings, all of them as they are in force. */
export interface ForeignJudgement extends Pick<
  ForeignProofDocument,
  "rules" | "overlap" | "gap" | "guarantee" | "changes"
> {
  /** Where the system corrects what it was given: what it runs with. */
  readonly inForce?: Readonly<Record<string, number | string>>;
}

/** One other system: its settings with their defaults, its rules, and what follows from them. One file each. */
export interface ForeignRules {
  readonly system: ForeignSystem;
  readonly forms: SettingForms;
  readonly sources: readonly string[];
  readonly judge: (settings: ReadSettings) => ForeignJudgement;
}

/** As `readSettings` made them by the forms. */
export type ReadSettings = Readonly<Record<string, number | string>>;

/** Lets a system's file name its settings by their types, and forgets them, so that all systems fit into one list. */
export function foreignRules<const Forms extends SettingForms>(
  rules: Omit<ForeignRules, "forms" | "judge"> & {
    readonly forms: Forms;
    readonly judge: (settings: SettingValues<Forms>) => ForeignJudgement;
  },
): ForeignRules {
  return { ...rules, judge: (settings) => rules.judge(settings as SettingValues<Forms>) };
}

export function seconds(defaultSeconds: number): { kind: "duration"; unitMs: number; default: number } {
  return { kind: "duration", unitMs: 1000, default: defaultSeconds * 1000 };
}

export function rule(by: ForeignRule["by"], holds: boolean, explanation: string): ForeignRule {
  return { by, holds, explanation };
}

/** As elsewhere, but a difference may be negative, and what was computed may be longer than any setting. */
export function show(ms: number): string {
  const amount = Math.abs(ms);
  const text = amount <= DURATION_MAX_MS ? formatDuration(amount) : `${amount}ms`;
  return ms < 0 ? `−${text}` : text;
}

export function atLeastZero(ms: number): number {
  return Math.max(0, ms);
}
