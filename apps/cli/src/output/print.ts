import { writeSync } from "node:fs";

/**
 * Writes to stdout at once: data is out before the process ends, whatever ends it. A reader that went away (`| head`) is no
 * error of ours and stays unmentioned.
 */
export function print(text: string): void {
  writeAll(1, text);
}

/** Everything that is not data: on stderr. */
export function tell(text: string): void {
  writeAll(2, text);
}

let readerGone = false;

/** Whether somebody still reads stdout. What only prints may end when nobody does. */
export function isReadByNobody(): boolean {
  return readerGone;
}

function writeAll(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") {
        // The other end made the pipe non-blocking and is slow.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        continue;
      }
      if (descriptor === 1 && code !== "EPIPE") throw notWritten(error as NodeJS.ErrnoException);
      if (descriptor === 1) readerGone = true;
      return;
    }
  }
}

/** As the system says it, with where it was to go. */
function notWritten(cause: NodeJS.ErrnoException): Error {
  return Object.assign(new Error(`cannot write to stdout: ${cause.message}`, { cause }), { code: cause.code });
}

/** The one document of a verb under `--json`. */
export function printDocument(document: object): void {
  print(`${JSON.stringify(document)}\n`);
}
