import type { ReportPipe } from "../gate.ts";
import type { ProgressSource } from "./source.ts";

/** Any line is a report, whatever it says, so nothing of it is kept. */
export class PipeSource implements ProgressSource {
  readonly trouble = "";
  readonly #pipe: ReportPipe;
  #onProgress: () => void = () => {};

  constructor(pipe: ReportPipe) {
    this.#pipe = pipe;
  }

  start(onProgress: () => void): void {
    this.#onProgress = onProgress;
    this.#pipe.on("data", (data: Buffer) => {
      if (data.includes("\n")) this.#onProgress();
    });
  }

  /** Goes on reading: a command that is stopping must not hang on a full pipe. */
  stop(): void {
    this.#onProgress = () => {};
  }
}
