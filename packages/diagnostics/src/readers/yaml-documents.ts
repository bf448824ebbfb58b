import { linesOf } from "../source.ts";

/** Longer documents are not gathered, and counted as not understood. */
const MAX_LENGTH = 8_388_608;
/** `kubectl` writes none; a hostile file could unfold a few into gigabytes. */
const ALIASES_MAX = 100;

export interface YamlDocument {
  /** The line of the file that it begins in, and how many it has. */
  readonly line: number;
  readonly lines: number;
  readonly text: string;
  /** `undefined`: it is no YAML, or too long. */
  readonly value: unknown;
}

/** Whether a file begins as `kubectl -o yaml` does. */
export function isYaml(start: Uint8Array): boolean {
  const head = Buffer.from(start.subarray(0, 1_024)).toString("latin1");
  return /^(?:---[ \t]*\r?\n|#[^\n]*\n|[ \t\r]*\n)*(?:apiVersion|kind|items|metadata|object|type):[ \t\r]*(?:\S|\n)/u.test(
    head,
  );
}

/** The documents of a YAML file, one after the other, as `kubectl get -o yaml` writes them with and without `-w`. */
export async function* yamlDocuments(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<YamlDocument, void, void> {
  // Few files are YAML, and its parser takes as long to load as all the rest.
  const { parse } = await import("yaml");
  const read = (text: string): unknown => {
    try {
      return text.length > MAX_LENGTH ? undefined : parse(text, { maxAliasCount: ALIASES_MAX, logLevel: "error" });
    } catch {
      // Why does not matter to the caller: the document is counted and shown as it stands.
      return undefined;
    }
  };
  let gathered: string[] = [];
  let [first, length] = [1, 0];
  const document = (): YamlDocument => {
    const text = gathered.join("\n");
    return { line: first, lines: gathered.length, text, value: read(text) };
  };
  for await (const lines of linesOf(chunks))
    for (const { number, text } of lines) {
      if (/^---(?:\s|$)/u.test(text)) {
        if (length > 0) yield document();
        gathered = [];
        length = 0;
      }
      if (gathered.length === 0) first = number;
      length += text.startsWith("---") ? 0 : text.trim().length;
      // Of what is too long anyway only the lines are counted.
      gathered.push(length > MAX_LENGTH ? "" : text);
    }
  if (length > 0) yield document();
}
