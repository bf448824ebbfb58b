import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { escapeForDisplay, redact, RUN_OUTPUT_MAX_LENGTH } from "@tenure/schema/light";

const MAX_LINES = 10;
/** Escaping makes six characters of one. */
const KEPT_LENGTH = Math.floor(RUN_OUTPUT_MAX_LENGTH / 6);

/** Hands a child's output on as it comes, as long as there is somebody to hand it to, and remembers the end of it. */
export class OutputTail {
  readonly #to: NodeJS.WritableStream;
  #kept = "";

  constructor(to: NodeJS.WritableStream) {
    this.#to = to;
  }

  follow(from: Readable): void {
    const decoder = new StringDecoder("utf8");
    this.#kept = "";
    from.on("data", (data: Buffer) => (this.#kept = (this.#kept + decoder.write(data)).slice(-KEPT_LENGTH)));
    const to = this.#to;
    // What the other end does with it slows the child down, as it would without us. Its going away ends nobody, least of all us.
    const drain = (): void => {
      from.unpipe(to);
      from.resume();
    };
    if (!to.writable) return drain();
    for (const gone of ["error", "close"]) to.on(gone, drain);
    from.once("close", () => {
      for (const gone of ["error", "close"]) to.off(gone, drain);
    });
    from.pipe(to, { end: false });
  }

  /** The last lines, fit to be printed and kept: control characters escaped, passwords left out. */
  get lastLines(): string {
    const lines = redact(this.#kept)
      .split(/\r?\n/u)
      .filter((line) => line.trim() !== "");
    return lines.slice(-MAX_LINES).map(escapeForDisplay).join("\n");
  }
}
