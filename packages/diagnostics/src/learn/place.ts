import type { EvidenceKind, EvidenceLine, Mapping } from "@tenure/schema";
import { guessOf, isOfOffice, isRelayed, touchOf } from "./guess.ts";
import { patternOf } from "./pattern.ts";
import { areOfOneRound } from "./rounds.ts";
import type { Template } from "./templates.ts";

/** A mapping to check and finish, and what it rests on. */
export interface Draft {
  readonly mapping: Mapping;
  readonly notes: readonly DraftNote[];
}

export interface DraftNote {
  /** What was drafted, or what was not. */
  readonly what: string;
  /** How many lines it is about, and one of them. */
  readonly lines: number;
  readonly example: EvidenceLine | null;
  /** What somebody who knows the system must decide. */
  readonly doubts: readonly string[];
}

/** What the documents of these files tell of leaders. */
export interface KnownStates {
  readonly holders: ReadonlySet<string>;
  /** What files of states are called, up to the first dot. */
  readonly files: readonly string[];
}

const UNPLACED_SHOWN = 20;
const PATTERNS_MOST = 200;
const PROSE_WORDS = 12;

/** A kind of message, and of what kind of evidence it seems to be. */
interface Guessed {
  readonly template: Template;
  readonly kind: EvidenceKind;
  readonly doubt?: string | undefined;
}

/** Patterns for the messages that tell of a lease, the most frequent first. */
export function placed(
  templates: readonly Template[],
  states: KnownStates,
): { readonly messages: Mapping["messages"]; readonly notes: readonly DraftNote[] } {
  const messages: Mapping["messages"] = [];
  const notes: DraftNote[] = [];
  const unplaced: Template[] = [];
  const ordered = templates.toSorted((a, b) => b.lines - a.lines);
  const guessed = ordered.flatMap((template): Guessed[] => {
    const text = wordsOf(template);
    const guess = isRelayed(text) ? null : (guessOf(text) ?? touchOf(textOf(template), states.files));
    if (guess === null && isOfOffice(text)) unplaced.push(template);
    return guess === null ? [] : [{ template, kind: guess.kind, doubt: guess.doubt }];
  });
  for (const { template, kind, doubt } of byRound(guessed, states)) {
    const { pattern, doubts, isEmpty } = patternOf(template, kind, states.holders);
    if (isEmpty || isProse(template) || messages.length === PATTERNS_MOST) {
      if (isOfOffice(wordsOf(template))) unplaced.push(template);
      continue;
    }
    messages.push(pattern);
    notes.push({
      what: `${kind}: ${pattern.match}`,
      lines: template.lines,
      example: template.first,
      doubts: [...(doubt === undefined ? [] : [doubt]), ...doubts],
    });
  }
  for (const { lines, first } of unplaced.slice(0, UNPLACED_SHOWN))
    notes.push({
      what: "of leases, by its words, but of no kind known here",
      lines,
      example: first,
      doubts: ["what it says, if anything"],
    });
  return { messages, notes };
}

/**
 * Of the lines that one round of a service writes, one is its cycle, best one that names whom it renews. What a round says of renewing is a
 * claim where the state itself shows what was renewed.
 */
function byRound(guessed: readonly Guessed[], { holders }: KnownStates): Guessed[] {
  const cycles = guessed
    .filter(({ kind }) => kind === "renewer-cycle")
    .toSorted((a, b) => Number(namesSomebody(b.template)) - Number(namesSomebody(a.template)));
  const kept: Guessed[] = [];
  for (const cycle of cycles) if (!kept.some((each) => areOfOneRound(cycle.template, each.template))) kept.push(cycle);
  const inRound = ({ template }: Guessed): boolean => kept.some((each) => areOfOneRound(template, each.template));
  return guessed.flatMap((each) => {
    const { kind, template } = each;
    if (kind === "renewer-cycle") return kept.includes(each) ? [each] : [];
    if (kind === "renewer-started" || kind === "renewer-stopped") return inRound(each) ? [] : [each];
    const isClaim = kind === "renewed" && holders.size > 0 && namesSomebody(template) && inRound(each);
    return [isClaim ? { ...each, kind: "renew-claimed" as const } : each];
  });
}

function namesSomebody({ tokens }: Template): boolean {
  return tokens.some(({ text, isNumber }) => text === null && !isNumber);
}

/** A long message that came once is what somebody wrote, not what a program logs. */
function isProse({ lines, tokens }: Template): boolean {
  return lines === 1 && tokens.filter(({ text }) => text !== null && /\p{L}/u.test(text)).length > PROSE_WORDS;
}

function wordsOf({ tokens }: Template): string {
  return tokens.map(({ text, isNumber }) => text ?? (isNumber ? "0" : "")).join(" ");
}

/** As one of its lines has it. */
function textOf({ tokens }: Template): string {
  return tokens.map(({ sample, isSpaced }) => `${isSpaced ? " " : ""}${sample}`).join("");
}
