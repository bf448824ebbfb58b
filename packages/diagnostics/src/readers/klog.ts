import type { LogLine } from "../log-line.ts";
import { isDigit } from "../scan/json-bytes.ts";

/** `I0102 15:04:05.123456 1 leaderelection.go:250] text`: no year, no zone. */
const klog = /^[IWEF](0[1-9]|1[0-2])([0-3]\d) ([0-2]\d):([0-5]\d):([0-6]\d)\.(\d{3})\d{0,6}\s+\d+ [^\s\]]{1,256}\] /u;
/** `Jan  2 15:04:05 host program[123]: text`. */
const syslog =
  /^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([ \d]\d) ([0-2]\d):([0-5]\d):([0-6]\d) (\S{1,256}) ([^\s:[]{1,256})(?:\[(\d+)\])?: /u;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const SPACE = 0x20;
const DAY_MS = 86_400_000;

/**
 * A line of a log that leaves out the year, or of one whose own head follows the time that a collector put before it. The year is the last
 * one in which the line is not later than `notAfter`, and UTC is the zone; where neither is known the line has no time.
 */
export function yearlessLine(line: LogLine, notAfter: number): LogLine {
  const head = klog.exec(line.message);
  if (head !== null) {
    const [all, month, day, ...time] = head;
    const message = line.message.slice(all.length);
    const at = line.at ?? inYear([Number(month) - 1, day, ...time], notAfter);
    return { at, isUnclear: at === null, message, document: { ...(line.document as object), message } };
  }
  const kept = syslog.exec(line.message);
  if (kept === null) return line;
  const [all, month = "", day, hour, minute, second, host, program, pid] = kept;
  const message = line.message.slice(all.length);
  const at = line.at ?? inYear([months.indexOf(month), day, hour, minute, second, 0], notAfter);
  return {
    at,
    isUnclear: at === null,
    message,
    document: { source: program, log: `${host}/${program}`, host, pid, message },
  };
}

/** Whether a line may be one of these at all; most lines of a log are not, and this is asked of each. */
export function mayBeYearless({ message }: LogLine): boolean {
  const first = message.charCodeAt(0);
  return first >= 0x41 && first <= 0x57 && (klog.test(message) || syslog.test(message));
}

/** The same of a message in bytes: whether it begins with a letter and a digit, or has a number or a blank after a word of three letters. */
export function mayBeginYearless(bytes: Uint8Array, start: number): boolean {
  const fifth = bytes[start + 4] ?? 0;
  return isDigit(bytes[start + 1]) || (bytes[start + 3] === SPACE && (fifth === SPACE || isDigit(fifth)));
}

function inYear(parts: readonly (string | number | undefined)[], notAfter: number): number | null {
  if (!Number.isFinite(notAfter)) return null;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.map(Number);
  const year = new Date(notAfter).getUTCFullYear();
  const inIt = (of: number): number => Date.UTC(of, month, day, hour, minute, second, ms);
  return inIt(year) <= notAfter + DAY_MS ? inIt(year) : inIt(year - 1);
}
