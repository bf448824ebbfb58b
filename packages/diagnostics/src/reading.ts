import type { EvidenceLine, Mapping, Unparsed } from "@tenure/schema";
import type { Case } from "./case.ts";
import { lineOf } from "./evidence.ts";
import { Interpreter } from "./interpreter.ts";
import { jsonLine, plainLine, type LogLine } from "./log-line.ts";
import { JournalReader } from "./readers/journal-reader.ts";
import { Silences } from "./silence.ts";
import { linesOf, type RawLine, type Source } from "./source.ts";

/** Reads one file into the case. Its lines tell of which format each is: logs are often mixed. */
export async function readInto(own: Case, { name, chunks }: Source, mappings: readonly Mapping[]): Promise<void> {
  const reader = new FileReader(own, name, mappings);
  for await (const lines of linesOf(chunks)) for (const line of lines) reader.take(line);
  reader.end();
}

const WHOLE_MAX_LENGTH = 1_048_576;

class FileReader {
  readonly #case: Case;
  readonly #file: string;
  readonly #interpreter: Interpreter;
  readonly #mappings: readonly Mapping[];
  readonly #silences = new Silences();
  readonly #journal = new JournalReader();
  readonly #removed: readonly string[];
  #unparsed: { lines: number; first: EvidenceLine | null } = { lines: 0, first: null };
  #whole = "";
  #at: number = Number.NEGATIVE_INFINITY;

  constructor(own: Case, file: string, mappings: readonly Mapping[]) {
    this.#case = own;
    this.#file = file;
    this.#mappings = mappings;
    this.#interpreter = new Interpreter(mappings, file);
    this.#removed = own.of("change").flatMap(({ facts }) => (facts.removed === undefined ? [] : [facts.removed]));
    own.files++;
  }

  take({ number, text, cut }: RawLine): void {
    this.#case.lines++;
    if (text.trim() === "") return;
    const place = lineOf({ file: this.#file, line: number, text });
    if (cut) return this.#failed(place);
    if (this.#whole !== "" || (this.#interpreter.readsStates && text.trim() === "{")) return this.#gather(text);
    if (!text.startsWith("{")) return this.#log(plainLine(text), place);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#failed(place);
    }
    this.#object(value as object, place);
  }

  end(): void {
    if (this.#whole !== "") this.#wholeDocument();
    if (this.#journal.lines.length > 0) this.#case.journals.push(this.#journal.lines);
    this.#case.silences.push(this.#silences);
    const { lines, first } = this.#unparsed;
    if (lines > 0) this.#case.unparsed.push({ file: this.#file, lines, first } satisfies Unparsed);
  }

  #object(value: object, place: EvidenceLine): void {
    if (JournalReader.knows(value)) {
      if (!this.#journal.take(value, place)) this.#failed(place);
      return;
    }
    if (!this.#interpreter.readsStates)
      return this.#log(jsonLine(value, this.#mappings.find(({ fields }) => fields !== undefined)?.fields), place);
    for (const evidence of this.#interpreter.states(value, place, this.#at)) this.#case.add(evidence);
  }

  #log(line: LogLine, place: EvidenceLine): void {
    if (line.at !== null) {
      this.#at = line.at;
      this.#silences.heard(line.at);
    }
    const found = this.#interpreter.messages(line, place, this.#at);
    for (const evidence of found) this.#case.add(evidence);
    const removed = this.#removed.find((text) => line.message.includes(text));
    if (removed !== undefined)
      this.#case.add({ ...place, kind: "removed-text", at: this.#at, dated: line.at !== null, facts: { removed } });
    if (line.at === null && found.length === 0) this.#failed(place);
  }

  #gather(text: string): void {
    if (this.#whole.length < WHOLE_MAX_LENGTH) this.#whole += `${text}\n`;
  }

  #wholeDocument(): void {
    const place = lineOf({ file: this.#file, line: 1, text: this.#whole });
    try {
      this.#object(JSON.parse(this.#whole) as object, place);
    } catch {
      this.#failed(place);
    }
  }

  #failed(place: EvidenceLine): void {
    this.#unparsed.lines++;
    this.#unparsed.first ??= place;
  }
}
