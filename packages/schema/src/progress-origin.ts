/** Where a command reports that its work goes on: lines on a pipe, a file it touches, a URL that answers with 2xx. */
export type ProgressOrigin =
  | { readonly kind: "pipe" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "http"; readonly url: string };

export const PROGRESS_ORIGIN_MAX_LENGTH = 1024;

export const progressOriginRule =
  "progress is reported by pipe, file:PATH or http:URL, as in http://127.0.0.1:8080/health";

/**
 * Reads `pipe`, `file:PATH` or `http:URL`; a URL of http or https stands for itself too.
 * @throws Error with the rule for anything else.
 */
export function parseProgressOrigin(text: string): ProgressOrigin {
  if (text.length <= PROGRESS_ORIGIN_MAX_LENGTH && !text.includes("\0")) {
    if (text === "pipe") return { kind: "pipe" };
    if (/^file:./su.test(text)) return { kind: "file", path: text.slice("file:".length) };
    const url = text.replace(/^http:(?=https?:)/u, "");
    if (/^https?:\/\//u.test(url) && URL.canParse(url)) return { kind: "http", url };
  }
  throw new Error(progressOriginRule);
}
