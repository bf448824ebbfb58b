import { diagnose, learn, type DiagnoseOptions } from "@tenure/diagnostics";
import type { FindingDocument, Mapping } from "@tenure/schema";
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
  return isBetter(second, first, mapping) ? second : first;
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
