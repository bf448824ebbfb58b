import { diagnose, learn, type DiagnoseOptions } from "@tenure/diagnostics";
import type { FindingDocument, Mapping } from "@tenure/schema";
import type { FoundSource } from "./sources.ts";

/** More is not read twice without being asked for. */
const MOST_BYTES = 64_000_000;

/** As `sourcesIn` finds journals of tenure, which need no mapping. */
const journal = /\.journal(?:\.\d+)?\.jsonl$/u;

/** A diagnosis; where nothing was understood and no mapping given, one by a mapping that is drafted from the same files, which are read again, if that tells anything. */
export async function diagnosed(found: readonly FoundSource[], options: DiagnoseOptions): Promise<FindingDocument> {
  if ((options.mappings ?? []).length > 0) return await diagnose(found, options);
  const sources: FoundSource[] = [];
  for (const each of found) sources.push(each.once === true ? await remembered(each) : each);
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  if (bytes > MOST_BYTES) return await diagnose(sources, options);
  const byDraft = async (mapping: Mapping): Promise<FindingDocument> =>
    await diagnose(sources, { ...options, mappings: [mapping], isDrafted: true });
  const isForeign = !sources.some(({ name }) => journal.test(name));
  const early = isForeign ? (await learn(sources)).mapping : null;
  // Who keeps a state of a lease and says who took it is no system that is known: what is known would be read in vain.
  if (early !== null && isWhole(early)) {
    const whole = await byDraft(early);
    if (whole.terms.length > 0) return whole;
  }
  const first = await diagnose(sources, options);
  if (isUnderstood(first)) return first;
  const mapping = early ?? (await learn(sources)).mapping;
  if (mapping.messages.length === 0 && mapping.states === undefined) return first;
  const second = await byDraft(mapping);
  return isBetter(second, first, mapping) ? second : first;
}

/** What a pipe says, to be read again; where that is too much, to be read once as it is, and of endless length. */
async function remembered(source: FoundSource): Promise<FoundSource> {
  const iterator = source.chunks[Symbol.asyncIterator]();
  const kept: Uint8Array[] = [];
  let bytes = 0;
  while (bytes <= MOST_BYTES) {
    const { value, done } = await iterator.next();
    if (done === true) return { ...source, bytes, chunks: { [Symbol.asyncIterator]: () => piecesOf(kept) } };
    kept.push(value);
    bytes += value.length;
  }
  return { ...source, bytes: Number.POSITIVE_INFINITY, chunks: piecesOf(kept, iterator) };
}

async function* piecesOf(
  kept: readonly Uint8Array[],
  more?: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* kept;
  if (more !== undefined) yield* { [Symbol.asyncIterator]: () => more };
}

function isWhole({ messages, states = [] }: Mapping): boolean {
  return messages.some(({ kind }) => kind === "acquired") && states.some(({ kind }) => kind === "state");
}

function isUnderstood({ terms }: FindingDocument): boolean {
  return terms.length > 0;
}

/** What a draft finds counts where it tells of leaders, or of a lease of which nobody came to lead; and where it leaves no cause out. */
function isBetter(second: FindingDocument, first: FindingDocument, { messages, states = [] }: Mapping): boolean {
  const [before] = causesOf(first);
  const causes = causesOf(second);
  // What ends sessions of users, say, is not told from what ends a lease where no line is about one.
  const isOfLease =
    messages.some(({ kind }) => kind === "held-seen" || kind === "expired-seen") ||
    states.some(({ kind }) => kind === "state");
  if (second.terms.length === 0 && (!isOfLease || causes.length === 0)) return false;
  return before === undefined || causes.includes(before);
}

function causesOf({ findings }: FindingDocument): string[] {
  return findings.filter(({ part }) => part === "cause").map(({ ruleId }) => ruleId);
}
