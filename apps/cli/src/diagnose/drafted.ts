import { diagnose, learn, type DiagnoseOptions } from "@tenure/diagnostics";
import type { FindingDocument } from "@tenure/schema";
import { sourcesIn, type FoundSource } from "./sources.ts";

/** More is not read twice without being asked for. */
const MOST_BYTES = 64_000_000;

/** A diagnosis; where nothing was understood and no mapping given, one by a mapping that is drafted from the same files, if that tells anything. */
export async function diagnosed(
  sources: readonly FoundSource[],
  options: DiagnoseOptions,
  paths: readonly string[],
): Promise<FindingDocument> {
  const first = await diagnose(sources, options);
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  if ((options.mappings ?? []).length > 0 || isUnderstood(first) || bytes > MOST_BYTES) return first;
  const { mapping } = await learn(sourcesIn(paths));
  if (mapping.messages.length === 0 && mapping.states === undefined) return first;
  const second = await diagnose(sourcesIn(paths), { ...options, mappings: [mapping], isDrafted: true });
  // What ends sessions of users, say, is not told from what ends a lease where nobody is seen to lead.
  return second.terms.length > 0 ? second : first;
}

function isUnderstood({ terms, findings }: FindingDocument): boolean {
  return terms.length > 0 || findings.some(({ part }) => part === "cause");
}
