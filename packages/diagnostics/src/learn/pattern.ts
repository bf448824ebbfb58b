import type { EvidenceKind, MessagePattern } from "@tenure/schema";
import { literal } from "./literal.ts";
import type { Template } from "./templates.ts";
import type { Token } from "./token.ts";

/** A pattern that was drafted, with the doubts that are left. */
export interface DraftedPattern {
  /** Whether a fact is missing without which such a line says nothing. */
  readonly isEmpty: boolean;
  readonly pattern: MessagePattern;
  readonly doubts: readonly string[];
}

const MATCH_MOST = 900;

/** What a number is, by the word before it; by its unit and the kind of the line where no word tells. */
const named: readonly (readonly [fact: string, word: RegExp])[] = [
  ["epoch", /^(?:epoch|term|generation|token|version|revision|transitions?)$/iu],
  ["exitCode", /^(?:code|status|exit)$/iu],
  ["pid", /^(?:pid|process|child|worker|forked|spawned|reaped)$/iu],
];

const durations: Partial<Record<EvidenceKind, string>> = {
  "expired-seen": "ago",
  "held-seen": "remaining",
  killed: "age",
  setting: "value",
  waiting: "duration",
  renewed: "duration",
};

/** Kinds that say nothing without a name. */
const needsHolder = new Set<EvidenceKind>([
  "acquired",
  "renewed",
  "released",
  "expired-seen",
  "held-seen",
  "registered",
  "unregistered",
  "renewer-cycle",
  "touched",
]);

/** What a log without names says of the program that writes it. */
const saidOfItself = new Set<EvidenceKind>(["acquired", "renewed", "released", "renew-failed", "lost"]);

/** An age since the last renewal, where a line does not say how long ago the lease expired. */
const isAge = /\b(?:updated|old|since|silent|silence|heart-?beat|renewed|seen)\b/iu;

/** The expression for a template, with groups for what its places seem to hold. */
export function patternOf(
  { tokens, values, fields, sources }: Template,
  kind: EvidenceKind,
  known: ReadonlySet<string>,
): DraftedPattern {
  const facts = factsIn(tokens, values, kind, known);
  const beside: Record<string, string> = { ...fields };
  // "took over from x": x is who led before, and the log's own source is who took over.
  const holders = [...facts].filter(([, name]) => name === "holder").map(([index]) => index);
  for (const index of holders)
    if (
      kind === "acquired" &&
      /^(?:from|previous|after|replacing)$/iu.test(wordBefore(tokens, index, /^(?:stale|dead|old|leader|holder)$/iu))
    )
      facts.set(index, "previous");
  const hasHolder = [...facts.values()].includes("holder") || beside["holder"] !== undefined;
  if (!hasHolder && needsHolder.has(kind) && sources.size > 0) beside["holder"] = "/source";
  else if (!hasHolder && saidOfItself.has(kind)) beside["holder"] = "/log";
  let match = "^";
  for (const [index, token] of tokens.entries()) {
    const piece = expressionOf(token, facts.get(index), endOf(tokens, index));
    const next = `${match}${index > 0 && token.isSpaced ? "\\s+" : ""}${piece}`;
    if (next.length > MATCH_MOST) break;
    match = next;
  }
  const names = [...facts.values()];
  const doubts: string[] = [];
  const holderAt = [...facts].find(([, name]) => name === "holder")?.[0];
  if (holderAt !== undefined && ![...(values[holderAt] ?? [])].some((value) => known.has(value)))
    doubts.push(
      `whether ${JSON.stringify(tokens[holderAt]?.sample ?? "")} is the holder: nothing else here names one like it`,
    );
  if (beside["holder"] === "/log") doubts.push("who it is: no place of it names one, so it is called as its log is");
  if (beside["holder"] === "/source") doubts.push("whether the source of the line is the holder");
  if (kind === "acquired" && !names.includes("epoch") && beside["epoch"] === undefined)
    doubts.push("no number of it looks like an epoch");
  for (const name of names) delete beside[name];
  const pointers = Object.keys(beside).length === 0 ? {} : { facts: beside };
  const label = kind === "setting" ? { set: { label: settingIn(tokens) } } : {};
  const isNamed = names.includes("holder") || beside["holder"] !== undefined;
  const isEmpty = (needsHolder.has(kind) && !isNamed) || (kind === "setting" && names.length === 0);
  return { pattern: { kind, match, ...pointers, ...label }, doubts, isEmpty };
}

function factsIn(
  tokens: readonly Token[],
  values: readonly ReadonlySet<string>[],
  kind: EvidenceKind,
  known: ReadonlySet<string>,
): Map<number, string> {
  const facts = new Map<number, string>();
  const give = (index: number, name: string): void => {
    if (![...facts.values()].includes(name)) facts.set(index, name);
  };
  for (const [index, token] of tokens.entries()) {
    if (token.text !== null || !token.isNumber) continue;
    const before = tokens.slice(0, index).findLast(({ text }) => text !== null && /\p{L}/u.test(text))?.text ?? "";
    const name = named.find(([, word]) => word.test(before))?.[0];
    const unit = token.unit !== "" ? token.unit : unitAfter(tokens, index);
    const words = tokens.map(({ text }) => text ?? "").join(" ");
    const duration =
      kind === "expired-seen" && isAge.test(words) && !/\bexpired\b/iu.test(words) ? "age" : durations[kind];
    if (name !== undefined && unit === "") give(index, name);
    else if (duration !== undefined && unit !== "") give(index, `${duration}${unit === "ms" ? "Ms" : "S"}`);
  }
  const names = [...tokens.entries()].filter(([, token]) => token.text === null && !token.isNumber);
  // A name that also stands in a state file is one; else the first place that holds different names.
  const holder = names.find(([index]) => [...(values[index] ?? [])].some((value) => known.has(value))) ?? names[0];
  if (holder !== undefined && (needsHolder.has(kind) || kind.startsWith("renew"))) give(holder[0], "holder");
  return facts;
}

function wordBefore(tokens: readonly Token[], index: number, except: RegExp): string {
  const words = tokens.slice(0, index).filter(({ text }) => text !== null && /\p{L}/u.test(text) && !except.test(text));
  return words.at(-1)?.text ?? "";
}

const units = /^(?:ms|s|sec|secs|seconds?|milliseconds?)$/u;

function unitAfter(tokens: readonly Token[], index: number): string {
  const next = tokens[index + 1]?.text ?? "";
  return units.test(next) ? (next.startsWith("m") ? "ms" : "s") : "";
}

function settingIn(tokens: readonly Token[]): string {
  const text = tokens.map(({ text: word }) => word ?? "").join(" ");
  if (/\b(?:poll|check|looks?|watch)\b/iu.test(text)) return "poll";
  return /\b(?:renew|heart-?beat|beat)\b/iu.test(text) ? "renewInterval" : "leaseDuration";
}

/** Marks that a name may have within it. */
const within = /[./:@+-]/u;

/** The mark that ends the place, where one does that no name has within it. */
function endOf(tokens: readonly Token[], index: number): string {
  for (const { text, isSpaced } of tokens.slice(index + 1)) {
    if (isSpaced || text === null || /[\p{L}\p{N}_]/u.test(text)) return "";
    if (!within.test(text)) return text;
  }
  return "";
}

/** What ends a place is no part of it: a line of such marks could be divided among several places in countless ways. */
function expressionOf(token: Token, fact: string | undefined, end: string): string {
  if (token.text !== null) return literal(token.text);
  const name = `[^\\s"'(),;\\[\\]{}${/["'(),;[\]{}]/u.test(end) ? "" : literal(end)}]+`;
  const value = token.isNumber ? String.raw`-?\d+(?:\.\d+)?` : name;
  return `${fact === undefined ? `(?:${value})` : `(?<${fact}>${value})`}${token.unit}`;
}
