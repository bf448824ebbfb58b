import { fit } from "./width.ts";

/** Ends a passing line. */
export const PASSED = "\r\u001b[K";

const USUAL_COLUMNS = 80;

/** A line on a terminal's stderr that takes the place of the one before it: cut, since what ran over into a second row would stay there. */
export function passing(text: string, columns: number = process.stderr.columns || USUAL_COLUMNS): string {
  return `${PASSED}${fit(text, columns - 1)}`;
}
