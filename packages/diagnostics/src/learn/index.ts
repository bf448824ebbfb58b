import { mappingSchema, type EvidenceLine, type Mapping, type StatePattern } from "@tenure/schema";
import { lineOf } from "../evidence.ts";
import { fileName } from "../file-name.ts";
import { fieldsOf as usualFields, jsonLine, plainLine, timeIn, type LogLine } from "../log-line.ts";
import { decoded } from "../readers/encoding.ts";
import { JournalReader } from "../readers/journal-reader.ts";
import { journalctlLine } from "../readers/journalctl.ts";
import { mayBeYearless, yearlessLine } from "../readers/klog.ts";
import { linesOf, untilCutShort, type Source } from "../source.ts";
import { literal } from "./literal.ts";
import { placed, type Draft, type DraftNote } from "./place.ts";
import { fieldsOf, stateIn } from "./state.ts";
import { Templates } from "./templates.ts";

export type { Draft, DraftNote };

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
  const files = states.filter(({ kind }) => kind === "state").map(({ file }) => stemOf(file));
  const { messages, notes: noted } = placed(templates.all, { holders: known, files });
  notes.push(...noted);
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
  const logs = named(fields);
  const mapping = mappingSchema.parse({
    name: "drafted, to be checked",
    ...(Object.keys(logs).length > 0 && { fields: logs }),
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

interface LearnedState {
  readonly pattern: StatePattern;
  readonly holders: ReadonlySet<string>;
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
  { name, chunks, modifiedAt }: Source,
  templates: Templates,
  names: FieldNames,
): Promise<LearnedState | null> {
  let state: LearnedState | null = null;
  // One set for all documents: a state may have had thousands of holders.
  const holders = new Set<string>();
  let whole = "";
  const take = (document: object, place: EvidenceLine): void => {
    if (JournalReader.knows(document)) return;
    const line = namedLine(document, names);
    const found = line.message === "" ? stateIn(document) : null;
    if (found === null) return addMessage(templates, line, fieldsOf(document), place);
    for (const holder of found.holders) holders.add(holder);
    state = {
      pattern: { ...found.pattern, file: fileOf(name) },
      doubts: found.doubts,
      lines: (state?.lines ?? 0) + 1,
      first: state?.first ?? place,
      holders,
    };
  };
  const { packed, chunks: readable } = await decoded(untilCutShort(chunks, () => {}));
  if (packed !== null) return null;
  for await (const lines of linesOf(readable))
    for (const { number, text, cut } of lines) {
      const place = lineOf({ file: name, line: number, text });
      if (whole !== "" || (number === 1 && text.trim() === "{")) {
        if (whole.length < WHOLE_MOST) whole += `${text}\n`;
      } else if (cut || text.trim() === "") continue;
      else if (text.startsWith("{")) {
        const document = objectIn(text);
        if (document !== null) take(document, place);
      } else addMessage(templates, writtenLine(text, modifiedAt), {}, place);
    }
  const document = whole === "" ? null : objectIn(whole);
  if (document !== null) take(document, lineOf({ file: name, line: 1, text: whole }));
  return state;
}

/** A line of text, without what a journal or a host puts before it. */
function writtenLine(text: string, modifiedAt: number = Number.NEGATIVE_INFINITY): LogLine {
  const line = journalctlLine(text) ?? plainLine(text);
  return mayBeYearless(line) ? yearlessLine(line, modifiedAt) : line;
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
  const times = entries.filter(([, value]) => typeof value === "string" && timeIn(value) !== null);
  const sentences = entries.filter(([, value]) => typeof value === "string" && /\p{L} \p{L}+ /u.test(value));
  // A document without a sentence is a state, and what its times are called says nothing of logs.
  if (usual.message === "" && sentences.length === 0) return usual;
  if (usual.at === null) for (const [name] of times) names.time.add(name);
  if (usual.message === "") for (const [name] of sentences) names.message.add(name);
  return jsonLine(document, named(names));
}

/** The names that were learned, and for the other files the usual ones. */
function named({ time, message }: FieldNames): NonNullable<Mapping["fields"]> {
  const usual = usualFields();
  return {
    ...(time.size > 0 && { time: [...new Set([...usual.time, ...time])] }),
    ...(message.size > 0 && { message: [...new Set([...usual.message, ...message])] }),
  };
}

function addMessage(
  templates: Templates,
  { at, message, document }: LogLine,
  fields: Record<string, string>,
  place: EvidenceLine,
): void {
  const { source } = document as { readonly source?: unknown };
  templates.add({ text: message, at, place, fields, source: typeof source === "string" ? source : undefined });
}

/** What an expression for a file's name begins with, up to the first dot. */
function stemOf(file: string): string {
  return file.split("\\", 1)[0] ?? "";
}

/** The name of the file, in whatever folder, as an expression. */
function fileOf(name: string): string {
  const base = fileName(name);
  return `${literal(base)}$`;
}
