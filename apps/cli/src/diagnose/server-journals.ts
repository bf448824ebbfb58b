import type { LeaseStore } from "@tenure/core";
import type { FoundSource } from "./sources.ts";

/** The journals that a server keeps, as if each were a file: of one lease, or of all. */
export async function serverJournals(
  store: LeaseStore,
  place: string,
  lease: string | undefined,
): Promise<FoundSource[]> {
  const names = lease === undefined ? await store.list() : [lease];
  return names.map((name) => ({
    name: `${place.replace(/\/?(?:\?.*)?$/u, "")}/${name}.journal.jsonl`,
    bytes: 0,
    chunks: { [Symbol.asyncIterator]: () => linesOf(store, name) },
  }));
}

async function* linesOf(store: LeaseStore, name: string): AsyncGenerator<Uint8Array, void, void> {
  // A journal tells what can be read of it; whether it is whole, only its store can say.
  await store.read(name);
  for await (const entry of store.journal(name)) yield Buffer.from(`${JSON.stringify(entry)}\n`);
}
