import { linesOf, type RawLine } from "../source.ts";

/** Of one object; what is longer is none that a lease is. */
const MAX_LENGTH = 262_144;
/** `kubectl` writes none; a hostile file could unfold a few into gigabytes. */
const ALIASES_MAX = 100;
const HEAD_BYTES = 4_096;

/** A document, or one item of a list: a list may be of thousands, and need not be in memory whole. */
export interface YamlDocument {
  /** The line of the file that it begins in. */
  readonly line: number;
  /** Its lines, and those about the items of its list. */
  readonly lines: readonly RawLine[];
  readonly text: string;
  /** `undefined`: it is no YAML, or too long. */
  readonly value: unknown;
}

/** Whether a file begins with a Lease, or a list of them, as `kubectl -o yaml` writes it. A log may begin with a word and a colon too. */
export function isYaml(start: Uint8Array): boolean {
  const head = Buffer.from(start.subarray(0, HEAD_BYTES)).toString("latin1");
  return (
    /^(?:---[ \t]*\r?\n|#[^\n]*\n|[ \t\r]*\n)*(?:apiVersion|kind|items|metadata|object|type):[ \t\r]*(?:\S|\n)/u.test(
      head,
    ) && /^[ \t]*(?:- )?apiVersion:[ \t]*["']?coordination\.k8s\.io\//mu.test(head)
  );
}

/** The documents of a YAML file, one after the other, as `kubectl get -o yaml` writes them with and without `-w`; of a list its items. */
export async function* yamlDocuments(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<YamlDocument, void, void> {
  // Few files are YAML, and its parser takes as long to load as all the rest.
  const { parse } = await import("yaml");
  const gathered = new Gathered((text) => {
    try {
      return parse(text, { maxAliasCount: ALIASES_MAX, logLevel: "error" });
    } catch {
      // Why does not matter to the caller: the document is read as lines, which are counted.
      return undefined;
    }
  });
  for await (const lines of linesOf(chunks)) for (const line of lines) yield* gathered.take(line);
  yield* gathered.end();
}

class Gathered {
  readonly #parse: (text: string) => unknown;
  #lines: RawLine[] = [];
  /** What is parsed of them, and the number of the first. */
  #texts: string[] = [];
  #first = 0;
  #length = 0;
  #isLong = false;
  /** Where in a list this is; `null`: in none. */
  #list: "before" | "items" | "behind" | null = null;
  #indent = "";

  constructor(parse: (text: string) => unknown) {
    this.#parse = parse;
  }

  *take(line: RawLine): Generator<YamlDocument, void, void> {
    const { text } = line;
    if (/^---(?:\s|$)/u.test(text)) {
      yield* this.end();
      this.#list = null;
    }
    const item = this.#list === "before" || this.#list === "items" ? itemIn(text) : null;
    if (item !== null && (this.#list === "before" || item.indent === this.#indent)) {
      if (this.#list === "items") yield* this.end();
      this.#list = "items";
      this.#indent = item.indent;
      this.#keep(line, item.text);
    } else if (this.#list === null && /^items:\s*$/u.test(text)) {
      this.#list = "before";
      this.#texts = [];
      this.#keep(line, null);
    } else {
      if (this.#list === "items" && /^[^\s#]/u.test(text)) this.#list = "behind";
      this.#keep(line, this.#list === null || this.#list === "items" ? text : null);
    }
    if (this.#length <= MAX_LENGTH) return;
    this.#isLong = true;
    yield this.#document();
  }

  *end(): Generator<YamlDocument, void, void> {
    if (this.#lines.some(({ text }) => !text.startsWith("---") && text.trim() !== "")) yield this.#document();
    this.#lines = [];
    this.#texts = [];
    this.#length = 0;
    this.#isLong = false;
  }

  /** @param text what of it is of the object; `null`: nothing. */
  #keep(line: RawLine, text: string | null): void {
    this.#lines.push(line);
    this.#length += line.end - line.start;
    if (text === null) return;
    if (this.#texts.length === 0) this.#first = line.number;
    this.#texts.push(text);
  }

  #document(): YamlDocument {
    const [lines, text] = [this.#lines, this.#texts.join("\n")];
    const line = this.#texts.length === 0 ? (lines[0]?.number ?? 0) : this.#first;
    this.#lines = [];
    this.#texts = [];
    this.#length = 0;
    return { line, lines, text, value: this.#isLong || text === "" ? undefined : this.#parse(text) };
  }
}

/** A line in which an item of a list begins, with a blank in place of its dash. */
function itemIn(text: string): { readonly indent: string; readonly text: string } | null {
  const [all, indent = ""] = /^( *)- /u.exec(text) ?? [];
  return all === undefined ? null : { indent, text: `${indent}  ${text.slice(all.length)}` };
}
