import { mappingSchema, type EvidenceLine, type Mapping, type StatePattern } from "@tenure/schema";
import { lineOf } from "../evidence.ts";
import { jsonLine, plainLine, timeIn, type LogLine } from "../log-line.ts";
import { JournalReader } from "../readers/journal-reader.ts";
import { linesOf, type Source } from "../source.ts";
import { guessOf, isOfOffice } from "./guess.ts";
import { literal } from "./literal.ts";
import { patternOf } from "./pattern.ts";
import { fieldsOf, stateIn } from "./state.ts";
import { Templates, type Template } from "./templates.ts";

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

const UNPLACED_SHOWN = 20;
const PATTERNS_MOST = 200;

/** Drafts how the logs of an unknown system are to be read, from the words that people use for leases. */
export async function learn(sources: readonly Source[]): Promise<Draft> {
  const templates = new Templates();
  const known = new Set<string>();
  const states: StatePattern[] = [];
  const notes: DraftNote[] = [];
  const fields = { time: new Set<string>(), message: new Set<string>() };
  for (const source of sources) {
    const learned = await learnFile(source, templates, fields);
    if (learned === null) continue;
    for (const holder of learned.holders) known.add(holder);
    states.push(learned.pattern);
    notes.push({
      what: `${learned.pattern.kind}: the documents of this file`,
      lines: learned.lines,
      example: learned.first,
      doubts: learned.doubts,
    });
  }
  const messages = patternsOf(templates, known, notes);
  if (templates.dropped > 0)
    notes.push({
      what: "not looked at: more kinds of messages than there is room for",
      lines: templates.dropped,
      example: null,
      doubts: [],
    });
  for (const [kind, why] of needed)
    if (!messages.some((each) => each.kind === kind) && !states.some((each) => each.kind === kind))
      notes.push({ what: `no ${kind} found`, lines: 0, example: null, doubts: [why] });
  const named = {
    ...(fields.time.size > 0 && { time: [...fields.time] }),
    ...(fields.message.size > 0 && { message: [...fields.message] }),
  };
  const mapping = mappingSchema.parse({
    name: "drafted, to be checked",
    ...(Object.keys(named).length > 0 && { fields: named }),
    messages,
    ...(states.length > 0 && { states }),
  });
  return { mapping, notes };
}

const needed = [
  ["acquired", "who led is then known from a state file alone"],
  ["released", "either nobody releases, or a word is used for it that is not known here"],
  ["expired-seen", "when somebody noticed is then unknown"],
  ["exited", "how holders end is then unknown"],
] as const;

function patternsOf(templates: Templates, known: ReadonlySet<string>, notes: DraftNote[]): Mapping["messages"] {
  const ordered = templates.all.toSorted((a, b) => b.lines - a.lines);
  const messages: Mapping["messages"] = [];
  const unplaced: Template[] = [];
  for (const template of ordered) {
    const text = wordsOf(template);
    const guess = guessOf(text);
    if (guess === null || messages.length === PATTERNS_MOST) {
      if (isOfOffice(text)) unplaced.push(template);
      continue;
    }
    const { pattern, doubts, isEmpty } = patternOf(template, guess.kind, known);
    if (isEmpty || isProse(template)) {
      if (isOfOffice(text)) unplaced.push(template);
      continue;
    }
    messages.push(pattern);
    notes.push({
      what: `${guess.kind}: ${pattern.match}`,
      lines: template.lines,
      example: template.first,
      doubts: [...(guess.doubt === undefined ? [] : [guess.doubt]), ...doubts],
    });
  }
  for (const { lines, first } of unplaced.slice(0, UNPLACED_SHOWN))
    notes.push({
      what: "of leases, by its words, but of no kind known here",
      lines,
      example: first,
      doubts: ["what it says, if anything"],
    });
  return messages;
}

const PROSE_WORDS = 12;

/** A long message that came once is what somebody wrote, not what a program logs. */
function isProse({ lines, tokens }: Template): boolean {
  return lines === 1 && tokens.filter(({ text }) => text !== null && /\p{L}/u.test(text)).length > PROSE_WORDS;
}

function wordsOf({ tokens }: Template): string {
  return tokens.map(({ text, isNumber }) => text ?? (isNumber ? "0" : "")).join(" ");
}

interface LearnedState {
  readonly pattern: StatePattern;
  readonly holders: readonly string[];
  readonly doubts: readonly string[];
  readonly lines: number;
  readonly first: EvidenceLine;
}

interface FieldNames {
  readonly time: Set<string>;
  readonly message: Set<string>;
}

const WHOLE_MOST = 1_048_576;

/** Takes the messages of a log; a file of documents is returned as what its documents tell of a leader. */
async function learnFile(
  { name, chunks }: Source,
  templates: Templates,
  names: FieldNames,
): Promise<LearnedState | null> {
  let state: LearnedState | null = null;
  let whole = "";
  const take = (document: object, place: EvidenceLine): void => {
    if (JournalReader.knows(document)) return;
    const line = namedLine(document, names);
    const found = line.message === "" ? stateIn(document) : null;
    if (found === null) return addMessage(templates, line, fieldsOf(document), place);
    const holders = [...new Set([...(state?.holders ?? []), ...found.holders])];
    state = {
      pattern: { ...found.pattern, file: fileOf(name) },
      doubts: found.doubts,
      lines: (state?.lines ?? 0) + 1,
      first: state?.first ?? place,
      holders,
    };
  };
  for await (const lines of linesOf(chunks))
    for (const { number, text, cut } of lines) {
      const place = lineOf({ file: name, line: number, text });
      if (whole !== "" || (number === 1 && text.trim() === "{")) {
        if (whole.length < WHOLE_MOST) whole += `${text}\n`;
      } else if (cut || text.trim() === "") continue;
      else if (text.startsWith("{")) {
        const document = objectIn(text);
        if (document !== null) take(document, place);
      } else addMessage(templates, plainLine(text), {}, place);
    }
  const document = whole === "" ? null : objectIn(whole);
  if (document !== null) take(document, lineOf({ file: name, line: 1, text: whole }));
  return state;
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    // A torn line teaches nothing; `diagnose` counts it.
    return null;
  }
}

/** A line of a JSON log; where its fields have no usual names, those are taken that look like a time and like a sentence. */
function namedLine(document: object, names: FieldNames): LogLine {
  const usual = jsonLine(document);
  if (usual.at !== null && usual.message !== "") return usual;
  const entries = Object.entries(document);
  if (usual.at === null)
    for (const [name, value] of entries) if (typeof value === "string" && timeIn(value) !== null) names.time.add(name);
  if (usual.message === "")
    for (const [name, value] of entries)
      if (typeof value === "string" && /\p{L}+ \p{L}+ /u.test(value)) names.message.add(name);
  return jsonLine(document, {
    ...(names.time.size > 0 && { time: [...names.time] }),
    ...(names.message.size > 0 && { message: [...names.message] }),
  });
}

function addMessage(
  templates: Templates,
  { message, document }: LogLine,
  fields: Record<string, string>,
  place: EvidenceLine,
): void {
  const { source } = document as { readonly source?: unknown };
  templates.add({ text: message, place, fields, source: typeof source === "string" ? source : undefined });
}

/** The name of the file, in whatever folder, as an expression. */
function fileOf(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return `${literal(base)}$`;
}
