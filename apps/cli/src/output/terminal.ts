import { fstatSync } from "node:fs";

/** Asks the descriptor before the stream: making a stream loads four milliseconds of Node that a pipe has no need of. */
export function isTerminal(output: "stdout" | "stderr"): boolean {
  try {
    return fstatSync(output === "stdout" ? 1 : 2).isCharacterDevice() && process[output].isTTY;
  } catch {
    return false;
  }
}

/** How wide it is; `undefined` for what is no terminal, or does not know. */
export function columnsOf(output: "stdout" | "stderr"): number | undefined {
  return isTerminal(output) ? process[output].columns || undefined : undefined;
}
