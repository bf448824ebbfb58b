import type { Chance } from "./chance.ts";
import { stamp, type Plant } from "./plant.ts";

export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

const subjects = ["tray 3", "the spooler", "queue B", "a session", "the cache", "job 81", "user nina"];
const deeds = ["refilled", "was opened", "took 13 ms", "is idle", "was rotated", "has 4 pages", "answered 200"];
const strange = ["warning: deprecated option", "    at Object.<anonymous> (spool.js:12:3)", "+ set -e", ""];

/** Writes what was noted as such systems leave it: formats mixed, a clock that is off, lines lost, repeated and unrelated, a log that was rotated. */
export function noisy({ entries, asleep }: Plant, chance: Chance): CorpusFile[] {
  const guardOffS = chance.between(-0.4, 0.4);
  const styles = [styleOf(chance), styleOf(chance)];
  const lost = chance.one([0, 0.01, 0.02]);
  const files = new Map<string, { readonly at: number; readonly text: string }[]>();
  const write = (file: string, at: number, text: string): void => {
    files.set(file, [...(files.get(file) ?? []), { at, text }]);
  };
  const ends = Math.max(...entries.map(({ at }) => at));
  for (const entry of entries) {
    if (entry.isFrequent && chance.isOnce(lost)) continue;
    if (entry.by === "file") {
      write(entry.file, entry.at, entry.text);
      continue;
    }
    const at = entry.at + (entry.by === "guard" ? guardOffS : 0);
    const line = entry.isDated ? chance.one(styles)(at, entry.text) : entry.text;
    write(entry.file, at, line);
    if (entry.isDated && chance.isOnce(0.03)) write("copy.log", at, line);
  }
  const unrelated = Math.floor(entries.length * chance.between(0.1, 0.4));
  for (let index = 0; index < unrelated; index++) {
    const at = chance.between(0, ends);
    if (asleep.some(({ from, to }) => at >= from && at <= to)) continue;
    const isStrange = chance.isOnce(0.1);
    const text = isStrange
      ? chance.one(strange)
      : chance.one(styles)(at, `${chance.one(subjects)} ${chance.one(deeds)}`);
    write("guard.log", at, text);
  }
  return [...files].flatMap(([name, lines]) => {
    const ordered = lines.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
    if (name !== "guard.log" || chance.isOnce(0.7)) return [{ name, text: `${ordered.join("\n")}\n` }];
    const cut = chance.whole(1, ordered.length - 1);
    return [
      { name: "guard.1.log", text: `${ordered.slice(0, cut).join("\n")}\n` },
      { name, text: `${ordered.slice(cut).join("\n")}\n` },
    ];
  });
}

function styleOf(chance: Chance): (at: number, text: string) => string {
  const level = chance.one(["INFO", "WARN", "DEBUG"]);
  return chance.one([
    (at: number, text: string) => `[${stamp(at)}] [${level}] ${text}`,
    (at: number, text: string) => `${stamp(at).replace("Z", "+00:00")} ${level} ${text}`,
    (at: number, text: string) => JSON.stringify({ time: stamp(at), level, msg: text }),
    (at: number, text: string) =>
      `\u001b[2m${stamp(at).replace("T", " ").replace("Z", "")}\u001b[0m [${level}] ${text}`,
  ]);
}
