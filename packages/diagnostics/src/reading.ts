import type { EvidenceKind, EvidenceLine, Mapping, Unparsed } from "@tenure/schema";
import type { Case } from "./case.ts";
import { lineOf, type Evidence } from "./evidence.ts";
import { fileName } from "./file-name.ts";
import { Interpreter } from "./interpreter.ts";
import { jsonLine, plainLine, type LogLine } from "./log-line.ts";
import { decoded } from "./readers/encoding.ts";
import { holderEvent, lossIn } from "./readers/holder-event.ts";
import { JournalReader } from "./readers/journal-reader.ts";
import { journalctlLine } from "./readers/journalctl.ts";
import { mayBeYearless, yearlessLine } from "./readers/klog.ts";
import { LeaseObjects } from "./readers/kubernetes-lease.ts";
import { isPidFile, pidIn } from "./readers/pid-file.ts";
import { PrettyDocument } from "./readers/pretty-document.ts";
import { exportedEntries, isJournalExport, type ExportedEntry } from "./readers/systemd-export.ts";
import { isJournalEntry, journalEntryLine } from "./readers/systemd.ts";
import { isYaml, yamlDocuments, type YamlDocument } from "./readers/yaml-documents.ts";
import { QuietLines } from "./scan/quiet-lines.ts";
import { Silences } from "./silence.ts";
import { linesOf, untilCutShort, type RawLine, type Source } from "./source.ts";
import { voiceIn, Voices } from "./voices.ts";

/** What is said of renewing and by whoever looks on; a holder whose work hangs may say it still. */
const ofRenewing: ReadonlySet<EvidenceKind> = new Set<EvidenceKind>([
  "renewed",
  "touched",
  "renew-claimed",
  "renew-skipped",
  "renewer-cycle",
  "held-seen",
  "expired-seen",
]);

/** Reads one file into the case. Its lines tell of which format each is: logs are often mixed. */
export async function readInto(own: Case, source: Source, mappings: readonly Mapping[]): Promise<void> {
  const reader = new FileReader(own, source, mappings);
  const unread = (packed: string): void => void own.unread.push({ file: source.name, packed });
  const { packed, start, chunks } = await decoded(untilCutShort(source.chunks, unread));
  if (packed !== null) return unread(packed);
  if (isJournalExport(start)) for await (const entry of exportedEntries(chunks)) reader.entry(entry);
  else if (isYaml(start)) for await (const document of yamlDocuments(chunks)) reader.yaml(document);
  else for await (const lines of linesOf(chunks)) for (const line of lines) reader.take(line);
  reader.end();
}

class FileReader {
  readonly #case: Case;
  readonly #file: string;
  readonly #modifiedAt: number;
  readonly #interpreter: Interpreter;
  readonly #fields: Mapping["fields"];
  readonly #silences = new Silences();
  readonly #voices: Voices;
  readonly #journal = new JournalReader();
  readonly #leases = new LeaseObjects();
  readonly #removed: readonly string[];
  /** Of lines of a log; other files are read in full. */
  readonly #quiet: QuietLines | null;
  #unparsed: { lines: number; first: EvidenceLine | null } = { lines: 0, first: null };
  #document: PrettyDocument | null = null;
  #at: number = Number.NEGATIVE_INFINITY;
  #isBlank = true;

  constructor(own: Case, { name, modifiedAt }: Source, mappings: readonly Mapping[]) {
    this.#case = own;
    this.#file = name;
    this.#voices = new Voices(name);
    this.#modifiedAt = modifiedAt ?? Number.NEGATIVE_INFINITY;
    this.#fields = mappings.find(({ fields }) => fields !== undefined)?.fields;
    this.#interpreter = new Interpreter(mappings, name);
    this.#removed = own.of("change").flatMap(({ facts }) => facts.removed ?? []);
    const isLog = !this.#interpreter.readsStates && !isPidFile(name);
    this.#quiet = isLog ? new QuietLines(this.#fields, this.#interpreter.expressions, this.#removed) : null;
    own.files++;
  }

  take(line: RawLine): void {
    this.#case.lines++;
    const quietAt = this.#document === null && !line.cut ? this.#quiet?.timeOf(line) : null;
    if (quietAt === null || quietAt === undefined) return this.#read(line);
    this.#isBlank = false;
    this.#heard(quietAt, line);
    const { voice } = this.#quiet as QuietLines;
    this.#voices.namedIn(line.bytes, voice.start, voice.end)?.heardIn(quietAt, line);
  }

  #read({ number, text, cut }: RawLine): void {
    if (this.#document !== null && this.#gathers(this.#document, text)) return;
    if (text.trim() === "") return;
    this.#isBlank = false;
    const place = lineOf({ file: this.#file, line: number, text });
    if (cut) return this.#failed(place);
    if (isPidFile(this.#file)) return this.#pid(text, place);
    if (PrettyDocument.begins(text)) {
      this.#document = new PrettyDocument(text, number);
      return;
    }
    if (!text.startsWith("{") && !text.startsWith("[{"))
      return this.#log(journalctlLine(text) ?? plainLine(text), place);
    this.#json(text, place);
  }

  /** One entry of a systemd journal that was exported. */
  entry({ line, fields, isCut }: ExportedEntry): void {
    this.#case.lines++;
    this.#isBlank = false;
    const said = isCut ? null : journalEntryLine(fields);
    if (said === null)
      this.#failed(this.#place(line, fields["MESSAGE"] ?? `an entry with ${Object.keys(fields).join(", ")}`));
    else this.#log(said.line, this.#place(line, said.text));
  }

  /** One document of a YAML file; what is none may be a log that goes on there. */
  yaml(document: YamlDocument): void {
    const { value, lines } = document;
    if (typeof value !== "object" || value === null) {
      for (const line of lines) this.take(line);
      return;
    }
    this.#case.lines += lines.length;
    this.#isBlank = false;
    const place = this.#placed(document);
    if (LeaseObjects.knows(value)) this.#object(value, place);
    else this.#failed(place, lines.length);
  }

  end(): void {
    if (this.#document !== null) this.#broken(this.#document);
    // An emptied state file is a version of it too.
    if (this.#isBlank && this.#interpreter.readsLease) this.#note("state-missing", this.#place(1, "(empty)"));
    this.#journalled();
    this.#case.silences.push(this.#silences);
    this.#case.voices.push(...this.#voices.all);
    const { lines, first } = this.#unparsed;
    if (lines > 0) this.#case.unparsed.push({ file: this.#file, lines, first } satisfies Unparsed);
  }

  /** Only now is it known which lines took effect. */
  #journalled(): void {
    const { lines, gaps, forged, segment } = this.#journal;
    if (segment !== null) this.#case.segments.push({ ...segment, file: this.#file });
    for (const { event, place } of lines) for (const evidence of lossIn(event, place) ?? []) this.#case.add(evidence);
    if (lines.length > 0) this.#case.journals.push(lines);
    for (const gap of gaps) this.#case.gaps.push({ ...gap, file: this.#file });
    if (forged.count > 0) this.#case.forged.push({ ...forged, file: this.#file });
  }

  #json(text: string, place: EvidenceLine, lines = 1): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#failed(place, lines);
    }
    for (const each of Array.isArray(value) ? value : [value])
      if (typeof each === "object" && each !== null) this.#object(each as object, place);
      else this.#failed(place);
  }

  #object(value: object, place: EvidenceLine): void {
    const told = holderEvent(value, place);
    if (told !== null) {
      for (const evidence of told) this.#case.add(evidence);
    } else if (JournalReader.knows(value)) {
      if (!this.#journal.take(value, place)) this.#failed(place);
    } else if (this.#interpreter.readsStates) {
      for (const evidence of this.#interpreter.states(value, place, this.#at)) {
        this.#case.add(evidence);
        if (evidence.dated) this.#at = evidence.at;
      }
    } else if (LeaseObjects.knows(value)) {
      const found = this.#leases.take(value, place);
      if (found === null) this.#failed(place);
      else for (const evidence of found) this.#case.add(evidence);
    } else if (isJournalEntry(value)) {
      const said = journalEntryLine(value);
      if (said === null) this.#failed(place);
      // Of its many fields the message is what people know the entry by.
      else this.#log(said.line, lineOf({ ...place, text: said.text }));
    } else this.#log(jsonLine(value, this.#fields), place);
  }

  #log(written: LogLine, place: EvidenceLine): void {
    const line = mayBeYearless(written) ? yearlessLine(written, Math.max(this.#modifiedAt, this.#at)) : written;
    if (line.at !== null) {
      this.#heard(line.at, place);
      (line.isZoneless === true ? this.#case.zoneless : this.#case.zoned).add(this.#file);
    }
    const found = this.#interpreter.messages(line, place, this.#at);
    for (const evidence of found) this.#case.add(evidence);
    if (line.at !== null) this.#said(line, found, place);
    const removed = this.#removed.find((text) => line.message.includes(text));
    if (removed !== undefined)
      this.#case.add({
        ...place,
        kind: "removed-text",
        at: this.#at,
        dated: line.at !== null,
        facts: { removed: [removed] },
      });
    if (line.at === null && (found.length === 0 || line.isUnclear === true)) this.#failed(place);
  }

  /** Notes who wrote a line, unless it is of renewing: that goes on where work does not. */
  #said({ at, document }: LogLine, found: readonly Evidence[], { line, text }: EvidenceLine): void {
    const voice = this.#voices.named(voiceIn(document));
    if (voice === null || at === null) return;
    if (found.some(({ kind }) => ofRenewing.has(kind))) voice.renewed(at);
    else voice.heard(at, line, text);
  }

  #heard(at: number, line: { readonly text: string }): void {
    this.#at = at;
    this.#silences.heard(at, () => lineOf({ file: this.#file, line: 0, text: line.text }).text);
  }

  #pid(text: string, place: EvidenceLine): void {
    const pid = pidIn(text);
    if (pid === null) return this.#failed(place);
    const label = fileName(this.#file);
    this.#case.add({ ...place, kind: "pid-file", at: this.#modifiedAt, dated: true, facts: { pid, label } });
  }

  /** @returns `false` for a line that is no part of the document, which then was none. */
  #gathers(document: PrettyDocument, text: string): boolean {
    const state = document.take(text);
    if (state === "open") return true;
    this.#document = null;
    if (state === "broken") this.#broken(document);
    else this.#json(document.text, this.#placed(document), document.lines);
    return state === "closed";
  }

  #broken(document: PrettyDocument): void {
    this.#failed(this.#placed(document), document.lines);
  }

  #failed(place: EvidenceLine, lines = 1): void {
    this.#unparsed.lines += lines;
    this.#unparsed.first ??= place;
    if (this.#interpreter.readsLease) this.#note("state-torn", place);
  }

  /** Of a state that does not say when: after the version before it, or when the file was last written. */
  #note(kind: "state-torn" | "state-missing", place: EvidenceLine): void {
    const at = Number.isFinite(this.#at) ? this.#at : this.#modifiedAt;
    this.#case.add({ ...place, kind, at, dated: false, facts: {} });
  }

  #place(line: number, text: string): EvidenceLine {
    return lineOf({ file: this.#file, line, text });
  }

  /** A document of many lines, in one. */
  #placed({ line, text }: { readonly line: number; readonly text: string }): EvidenceLine {
    const lines = text.slice(0, 4_096).split("\n");
    return this.#place(
      line,
      lines
        .map((each) => each.trim())
        .filter((each) => each !== "")
        .join(" "),
    );
  }
}
