import { closeSync, openSync, writeSync } from "node:fs";

const PIECE_BYTES = 1_000_000;
const START_MS = Date.UTC(2026, 3, 2, 9);
const said = ["request served", "cache refreshed for tenant acme", "queue drained, 14 jobs waiting", "spooler is idle"];
const asked = ["user nina opened tray 3", "GET /v1/leases took 13 ms", "connection from 10.0.0.7 accepted"];
const messages = [...said, ...asked];
const levels = ["INFO", "DEBUG", "INFO", "WARN"];

/** A log as services write it, the same each time; every thousandth line is of a lease. */
export function writeJsonLog(path: string, bytes: number): void {
  const file = openSync(path, "w");
  try {
    const next = numbers();
    let [written, line, at] = [0, 0, START_MS];
    while (written < bytes) {
      const lines: string[] = [];
      for (let size = 0; size < PIECE_BYTES;) {
        at += next() % 20;
        const text = `${JSON.stringify(entry(line++, at, next))}\n`;
        size += text.length;
        lines.push(text);
      }
      written += writeSync(file, lines.join(""));
    }
  } finally {
    closeSync(file);
  }
}

function entry(line: number, at: number, next: () => number): object {
  const time = new Date(at).toISOString();
  if (line % 1_000 === 999) return { time, level: "WARN", msg: "duty kept by printer-1 term 4", request: next() };
  return {
    time,
    level: levels[next() % levels.length],
    service: "press-controller",
    host: `node-${next() % 9}`,
    pid: 4_000 + (next() % 5),
    msg: messages[next() % messages.length],
    request: next(),
    took: (next() % 10_000) / 100,
    ok: true,
    path: `/v1/tray/${next() % 1_000_000}`,
    trace: next().toString(16).padStart(16, "0"),
  };
}

/** Numbers that look like chance. */
function numbers(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 3;
  };
}
