/** Of a disk; `freeFiles` is `null` where the file system has no such number. */
export interface Room {
  readonly freeBytes: number;
  readonly freeFiles: number | null;
}

/** Below it a write may fail within minutes. */
const LITTLE_BYTES = 64 * 2 ** 20;
const NONE_BYTES = 2 ** 20;

export function roomLeft({ freeBytes, freeFiles }: Room): "none" | "little" | "enough" {
  if (freeBytes < NONE_BYTES || freeFiles === 0) return "none";
  return freeBytes < LITTLE_BYTES ? "little" : "enough";
}

export function roomInWords({ freeBytes }: Room): string {
  return `${Math.floor(freeBytes / 2 ** 20)} MiB free`;
}
