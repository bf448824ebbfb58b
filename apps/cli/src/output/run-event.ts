import type { RunEventDocument } from "@tenure/schema";
import type { RunEvent } from "@tenure/watchdog";
import { failureOf } from "../failure.ts";

/** What a run tells of itself, for other programs: of which lease, and when; an error as every verb tells one. */
export function runEventDocument(event: RunEvent, name: string, time: string): RunEventDocument {
  const of = { type: event.type, name, time };
  if (event.type === "run.release_failed") return { ...of, ...event, error: failureOf(event.error).document.error };
  return { ...of, ...event };
}
