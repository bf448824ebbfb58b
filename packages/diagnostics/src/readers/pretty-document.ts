/** Longer documents are not gathered, and counted as not understood. */
const MAX_LENGTH = 8_388_608;

/**
 * A JSON document over several lines, as people and `kubectl` write them: it begins with a brace alone, goes on indented, and ends with a
 * brace in the first column. Anything else in the first column is no part of it: a log goes on there.
 */
export class PrettyDocument {
  readonly line: number;
  text: string;
  lines = 1;
  readonly #end: string;

  constructor(opening: string, line: number) {
    this.text = opening;
    this.line = line;
    this.#end = opening.trim() === "[" ? "]" : "}";
  }

  static begins(text: string): boolean {
    return /^[{[]\s*$/u.test(text);
  }

  take(text: string): "open" | "closed" | "broken" {
    const isEnd = text.trimEnd() === this.#end;
    if ((!isEnd && /^\S/u.test(text)) || this.text.length > MAX_LENGTH) return "broken";
    this.text += `\n${text}`;
    this.lines++;
    return isEnd ? "closed" : "open";
  }
}
