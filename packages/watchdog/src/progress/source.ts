import { stat } from "node:fs/promises";
import type { Clock } from "@tenure/core";
import type { ProgressOrigin } from "@tenure/schema";
import type { ReportPipe } from "../gate.ts";
import { FileSource } from "./file-source.ts";
import { HttpSource } from "./http-source.ts";
import { statusOf } from "./http-status.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { PipeSource } from "./pipe-source.ts";

/** That the work went on; that its start is over as well; that it has failed, by its own word. */
export type Report = "progress" | "ready" | "failed";
export type OnReport = (report: Report) => void;

/** Reports of one run's work. */
export interface ProgressSource {
  /** What stood in the way of a report the last time, or what the work said of itself; empty where nothing did. */
  readonly trouble: string;
  /** Calls `onReport` for each report from now on, until `stop`. */
  start(onReport: OnReport): void;
  stop(): void;
}

export interface SourceOptions {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** The end of the command's pipe, where there is one. */
  readonly pipe: ReportPipe | null;
}

/** How often in a deadline a file is looked at, and a URL asked. */
const FILE_LOOKS = 10;
const PROBES = 5;

/** For all runs of this process: the next one must not hang a further thread on the disk that the last one hangs on. */
const statAlone = oneAtATime((path) => stat(path, { bigint: true }));

export function progressSource(from: ProgressOrigin, { clock, deadlineMs, pipe }: SourceOptions): ProgressSource {
  if (from.kind === "file") {
    const everyMs = deadlineMs / FILE_LOOKS;
    return new FileSource({ path: from.path, everyMs, clock, stat: statAlone });
  }
  if (from.kind === "http") return new HttpSource({ url: from.url, everyMs: deadlineMs / PROBES, clock, statusOf });
  if (pipe === null) throw new TypeError("a command that reports on a pipe was started without one");
  return new PipeSource(pipe);
}
