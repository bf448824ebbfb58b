import type { Finding, FindingDocument, Mapping } from "@tenure/schema";
import { Case, MOST_OF_A_KIND } from "./case.ts";
import { zonelessAmong } from "./clocks.ts";
import { commonMapping } from "./common-mapping.ts";
import { toldEffects } from "./effect.ts";
import { explainedTerm } from "./explain.ts";
import { fileName } from "./file-name.ts";
import { journalFindings, journalGaps, journalTerms } from "./journal-terms.ts";
import { counted } from "./numbers.ts";
import { readInto } from "./reading.ts";
import { findingOf, type Scene } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { signatureOf } from "./signature/index.ts";
import type { Source } from "./source.ts";
import { termsIn } from "./term.ts";
import { timingIn } from "./timing.ts";
import { settleUnits } from "./unit.ts";
import { missingIn, verdictOn } from "./verdict.ts";

export interface DiagnoseOptions {
  /** How logs other than tenure's own journals are to be read. */
  readonly mappings?: readonly Mapping[];
  /** The mappings were drafted from the files themselves, and nobody has read them: nothing is of high confidence, and the verdict says so. */
  readonly isDrafted?: boolean;
  /** Which lease, where the files tell of several; else the one whose holders change most. */
  readonly lease?: string;
  /** Changes whose effect is to be judged, beside those that the files tell of. */
  readonly changes?: readonly AskedChange[];
  /** Called before each file is read. */
  readonly reading?: (file: string, index: number) => void;
  /** Called for each piece of a file that came, with its bytes. */
  readonly read?: (bytes: number) => void;
}

export interface AskedChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it is called, if anything. */
  readonly label?: string;
  /** Texts that a program does not print any more from then on. */
  readonly removed?: readonly string[];
  /** Whether it is a commit, which works from the next start of its program on. */
  readonly isCommit?: true;
}

const parts: readonly Finding["part"][] = ["cause", "contributor", "symptom", "red-herring"];
const confidences: readonly Finding["confidence"][] = ["high", "medium", "low"];

/** Causes first, and of each part what is surest; of what weighs the same, in the order of the rules. */
function rankOf({ part, confidence }: Finding): number {
  return parts.indexOf(part) * confidences.length + confidences.indexOf(confidence);
}

/** Reads logs and journals and says why the lease was lost; everything it says is in the lines it names. */
export async function diagnose(sources: readonly Source[], options: DiagnoseOptions = {}): Promise<FindingDocument> {
  const { reading, read } = options;
  // What the system itself means by a line comes before what others would.
  const given = options.mappings ?? [];
  // A draft is only a guess at it, and comes after what is known for certain.
  const mappings = options.isDrafted === true ? [commonMapping, ...given] : [...given, commonMapping];
  const own = new Case();
  for (const { at, ...facts } of options.changes ?? []) {
    const text = `${new Date(at).toISOString()} ${facts.label ?? ""}`.trim();
    own.add({ kind: "change", at, dated: true, file: "asked for", line: 1, text, facts });
  }
  for (const [index, source] of changesFirst(sources, mappings).entries()) {
    reading?.(source.name, index);
    const chunks = read === undefined ? source.chunks : counting(source.chunks, read);
    await readInto(own, { ...source, chunks }, mappings);
  }
  own.rename(namesIn(own));
  const told = own.leases();
  const lease = options.lease ?? told[0];
  // Without a choice each journal is explained, whatever other files tell of.
  const leases = options.lease === undefined ? told : [...new Set([...told, ...own.journalled()])];
  if (lease !== undefined) own.keepLease(lease);
  if (options.lease !== undefined) own.keepJournal(options.lease);
  settleUnits(own);
  const timing = timingIn(own);
  const scene: Scene = { own, timing, terms: termsIn(own, timing) };
  const found = [...rules.map((rule) => findingOf(rule, scene)), ...journalFindings(own)];
  const { isDrafted = false } = options;
  const findings = found
    .filter((each) => each !== null)
    .map((each) => (isDrafted && each.confidence === "high" ? { ...each, confidence: "medium" as const } : each))
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const terms = [...journalTerms(own), ...scene.terms.map(explainedTerm)];
  const missing = [
    ...(isDrafted
      ? ["a mapping that somebody who knows the system has read: --learn prints the draft that was used here"]
      : []),
    ...missingIn(scene, terms.length),
    ...journalGaps(own),
    ...othersIn(leases, lease),
    ...zonesIn(own),
    ...unreadIn(own),
    ...leftOutOf(own),
  ];
  const { files, lines, unparsed } = own;
  const verdict = `${isDrafted ? DRAFTED : ""}${verdictOn(scene, findings, terms, missing)}`;
  const [signature, effects] = [signatureOf(scene), toldEffects(scene)];
  return { verdict, findings, terms, signature, effects, missing, files, lines, unparsed };
}

async function* counting(
  chunks: Source["chunks"],
  read: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    read(chunk.length);
    yield chunk;
  }
}

const DRAFTED =
  "No mapping was given, so one was guessed from the words of these files: check the lines that each finding names. ";

/** The names that logs give themselves. */
function namesIn(own: Case): ReadonlyMap<string, string> {
  return new Map(
    own
      .of("registered")
      .flatMap(({ facts: { instance, holder } }) =>
        instance === undefined || holder === undefined ? [] : [[instance, holder] as const],
      ),
  );
}

const NAMES_SHOWN = 5;

/** One lease is explained at a time; that there are others is said. */
function othersIn(leases: readonly string[], lease: string | undefined): string[] {
  const others = leases.filter((name) => name !== lease);
  if (others.length === 0) return [];
  const names = others.slice(0, NAMES_SHOWN).join(", ");
  const more = others.length > NAMES_SHOWN ? ` and ${others.length - NAMES_SHOWN} more` : "";
  return [
    `what happened to other leases than "${lease ?? ""}", which these files tell of too (--lease): ${names}${more}`,
  ];
}

/** Times without a zone can only be compared with others where it is known. */
function zonesIn(own: Case): string[] {
  const files = zonelessAmong(own, [...own.zoned, ...own.zoneless]);
  if (files.length === 0) return [];
  const names = files.slice(0, NAMES_SHOWN).map(fileName).join(", ");
  const more = files.length > NAMES_SHOWN ? ` and ${files.length - NAMES_SHOWN} more` : "";
  return [`the zone of the times in ${names}${more}: they name none, and were read as UTC`];
}

/** What is packed, or ends before its time, was not read, and may hold what the rest lacks. */
function unreadIn({ unread }: Case): string[] {
  if (unread.length === 0) return [];
  const names = unread.slice(0, NAMES_SHOWN).map(({ file, packed }) => `${fileName(file)} (${packed})`);
  const more = unread.length > NAMES_SHOWN ? ` and ${unread.length - NAMES_SHOWN} more` : "";
  return [
    `what ${counted(unread.length, "file")} would tell, of what could not be read of ${unread.length === 1 ? "it" : "them"}: ${names.join(", ")}${more}`,
  ];
}

/** What there was too much of is known in part. */
function leftOutOf({ thinned, overflowed }: Case): string[] {
  return [
    ...[...thinned]
      .filter((kind) => !overflowed.has(kind))
      .map(
        (kind) =>
          `each of more than ${MOST_OF_A_KIND} lines of kind "${kind}": of each stretch of one holder its ends were kept, and some between`,
      ),
    ...[...overflowed].map((kind) => `what lines of kind "${kind}" after the first ${MOST_OF_A_KIND} tell`),
  ];
}

/** What a change took out is looked for while the logs are read, so changes must be known before. */
function changesFirst(sources: readonly Source[], mappings: readonly Mapping[]): Source[] {
  const patterns = mappings
    .flatMap(({ states = [] }) => states)
    .filter(({ kind }) => kind === "change")
    .map(({ file }) => new RegExp(file, "u"));
  const isChange = ({ name }: Source): boolean => patterns.some((pattern) => pattern.test(name));
  return [...sources.filter(isChange), ...sources.filter((source) => !isChange(source))];
}
