import type { Mapping } from "@tenure/schema";
import { literal } from "../learn/literal.ts";
import { errorFields, fieldsOf, WRAPPING } from "../log-line.ts";
import { LOSS_FIELD } from "../readers/holder-event.ts";
import { JournalReader } from "../readers/journal-reader.ts";
import { mayBeginYearless } from "../readers/klog.ts";
import { LeaseObjects } from "../readers/kubernetes-lease.ts";
import { JOURNAL_FIELD } from "../readers/systemd.ts";
import type { RawLine } from "../source.ts";
import { voiceFields } from "../voices.ts";
import { JsonLine, type Place } from "./json-line.ts";
import { sieveOf, type Sieve } from "./sieve.ts";
import { Stamps } from "./stamps.ts";

const foreign = [...JournalReader.fields, ...LeaseObjects.fields, LOSS_FIELD, JOURNAL_FIELD, ...errorFields, WRAPPING];

/** Lines of a JSON log that say when they were written and nothing else that anybody asks: most of a log. They are known by their bytes. */
export class QuietLines {
  readonly #line: JsonLine;
  readonly #stamps = new Stamps();
  readonly #expressions: readonly string[];
  /** Built for the first line that needs it: many files have none. */
  #sieve: Sieve | null = null;

  constructor(fields: Mapping["fields"], expressions: readonly string[], texts: readonly string[]) {
    this.#line = new JsonLine({ ...fieldsOf(fields), foreign, voice: voiceFields });
    this.#expressions = [...expressions, ...texts.map((text) => literal(text))];
  }

  /** Who wrote the line that was looked at last; of no length where it does not say. */
  get voice(): Readonly<Place> {
    return this.#line.voice;
  }

  /** When it was written; `null`: it is to be read in full. */
  timeOf({ bytes, start, end }: RawLine): number | null {
    const { time, message } = this.#line;
    if (!this.#line.accepts(bytes, start, end) || time.end === time.start || time.isEscaped) return null;
    if (mayBeginYearless(bytes, message.start)) return null;
    this.#sieve ??= sieveOf(this.#expressions);
    if (this.#sieve.mayPass(bytes, message)) return null;
    return time.isText
      ? this.#stamps.text(bytes, time.start, time.end)
      : this.#stamps.number(bytes, time.start, time.end);
  }
}
