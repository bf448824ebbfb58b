import type { DiagnoseOptions } from "@tenure/diagnostics";
import { passing, PASSED } from "../output/passing.ts";
import type { FoundSource } from "./sources.ts";

/** Less is read before anybody wonders. */
const LONG_BYTES = 20_000_000;

type Hooks = Pick<DiagnoseOptions, "reading" | "read">;

/** One line on a terminal, that says how far the reading is. */
export class Progress {
  readonly #sources: readonly FoundSource[];
  readonly #tell: (text: string) => void;
  readonly #bytes: number;
  #index = 0;
  #read = 0;
  #shown = "";

  constructor(sources: readonly FoundSource[], tell: (text: string) => void) {
    this.#sources = sources;
    this.#tell = tell;
    this.#bytes = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What a diagnosis is to call; nothing where it is done before anybody wonders. */
  get hooks(): Hooks {
    if (this.#bytes <= LONG_BYTES) return {};
    return {
      reading: (_, index) => {
        this.#index = index;
        this.#show();
      },
      read: (bytes) => {
        this.#read += bytes;
        this.#show();
      },
    };
  }

  end(): void {
    if (this.#shown !== "") this.#tell(PASSED);
  }

  #show(): void {
    // A file may grow while it is read.
    const share = Math.min(100, Math.floor((this.#read / this.#bytes) * 100));
    const text = `reading file ${this.#index + 1} of ${this.#sources.length}: ${share} %`;
    if (text === this.#shown) return;
    this.#shown = text;
    this.#tell(passing(text));
  }
}
