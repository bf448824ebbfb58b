import { nowMs } from "../clock.ts";

/** Tells the benchmark what happened, stamped before anything else is done. */
export function say(what: string, data?: unknown): void {
  process.send?.({ say: what, atMs: nowMs(), data });
}

/** Calls `react` for each thing the benchmark asks. */
export function onAsk(react: (ask: string) => void): void {
  process.on("message", (message) => react(String(message)));
  process.once("disconnect", () => process.exit(0));
}
