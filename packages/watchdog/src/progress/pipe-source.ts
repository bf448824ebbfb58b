import { StringDecoder } from "node:string_decoder";
import { quoteForDisplay } from "@tenure/schema/light";
import type { ReportPipe } from "../gate.ts";
import type { OnReport, ProgressSource } from "./source.ts";

/** What is longer says no more for that, and is not kept. */
const LINE_MAX_LENGTH = 1_000;

/**
 * Any line is a report. Those in the form of `systemd-notify` mean what they mean there: `WATCHDOG=1` is one, `READY=1` also says that the start is
 * over, `WATCHDOG=trigger` that the work has failed, `STATUS=` what it is at; that and all else in this form is no report.
 */
export class PipeSource implements ProgressSource {
  trouble = "";
  readonly #pipe: ReportPipe;
  readonly #decoder = new StringDecoder("utf8");
  #half = "";
  #onReport: OnReport = () => {};

  constructor(pipe: ReportPipe) {
    this.#pipe = pipe;
  }

  start(onReport: OnReport): void {
    this.#onReport = onReport;
    this.#pipe.on("data", (data: Buffer) => this.#read(this.#decoder.write(data)));
  }

  /** Goes on reading: a command that is stopping must not hang on a full pipe. */
  stop(): void {
    this.#onReport = () => {};
  }

  #read(text: string): void {
    const lines = (this.#half + text).split("\n");
    this.#half = (lines.pop() ?? "").slice(0, LINE_MAX_LENGTH);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [, name, value = ""] = /^([A-Z][A-Z0-9_]*)=(.*)$/su.exec(line) ?? [];
    if (name === "STATUS") this.trouble = value === "" ? "" : `it last said ${quoteForDisplay(value)}`;
    else if (line === "WATCHDOG=trigger") this.#onReport("failed");
    else if (line === "READY=1") this.#onReport("ready");
    else if (name === undefined || line === "WATCHDOG=1") this.#onReport("progress");
  }
}
