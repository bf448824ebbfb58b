import { timeIn, type LogLine } from "../log-line.ts";
import { writtenLine } from "./systemd.ts";

/** `2026-04-02T09:00:10+0000 host program[123]: text`: without a number only the kernel writes. */
const shortIso =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?[+-]\d\d:?\d\d) (\S{1,256}) (?:(kernel)|([^\s:[]{1,256})\[(\d+)\]): /u;

/** A line of `journalctl -o short-iso`, with microseconds or without; `null` for any other. What a program wrote is read as its log would be. */
export function journalctlLine(text: string): LogLine | null {
  const head = shortIso.exec(text);
  if (head === null) return null;
  const [all, time, host, kernel, program, pid] = head;
  const source = kernel ?? program;
  const written = writtenLine(text.slice(all.length));
  const document = { pid, ...(written.document as object), source, log: `${host}/${source}`, host };
  return { at: timeIn(time), message: written.message, document };
}
