import { hash } from "node:crypto";

/** Stands as `v` at the head of each line of a store's files. A build that knows only an earlier one refuses. */
export const LINE_FORMAT = 1;
/** Characters of a sum: 132 bits of a SHA-256. */
export const LINE_SUM_LENGTH = 22;

/** What a line says, as text: all of it before its sum. */
export function lineBody(fields: object): string {
  return JSON.stringify(fields).slice(0, -1);
}

/** The checksum that closes a line. Whoever has only what was read of one proves it by `lineBody` of that. */
export function lineSum(body: string): string {
  return hash("sha256", body, "base64url").slice(0, LINE_SUM_LENGTH);
}
