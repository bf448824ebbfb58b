import type { ProcReader } from "./proc-reader.ts";

/** A fact that cannot change while this process lives, asked for once from each reader. What could not be told is asked again. */
export function remembered<T extends string | null>(ask: (reader: ProcReader) => T): (reader: ProcReader) => T {
  const known = new WeakMap<ProcReader, T>();
  return (reader) => {
    const fact = known.get(reader) ?? ask(reader);
    if (fact !== null) known.set(reader, fact);
    return fact;
  };
}
