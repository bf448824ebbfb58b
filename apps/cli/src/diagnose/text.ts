import { basename } from "node:path";
import { counted, leaseShownOf, signatureLines } from "@tenure/diagnostics";
import type { EvidenceLine, Finding, FindingDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { wrap } from "../output/width.ts";

export interface DiagnosisTextOptions {
  readonly palette: Palette;
  readonly columns: number;
  /** A terminal, on which a long line is broken between words; elsewhere a line of a log stays one, to be searched for. */
  readonly isTerminal: boolean;
  /** Every line and every term, rather than the first of them. */
  readonly all: boolean;
}

const FEW_LINES = 3;
const FEW_TERMS = 5;

const moods: Readonly<Record<Finding["part"], keyof Palette>> = {
  cause: "bad",
  contributor: "warning",
  symptom: "quiet",
  "red-herring": "quiet",
};

/** The paragraph, the chain with its lines, the terms, and what was not read. */
export function diagnosisInWords(document: FindingDocument, options: DiagnosisTextOptions): string {
  const { findings, terms, missing, unparsed, files, lines } = document;
  const { columns, palette, all, isTerminal } = options;
  const nameOf = namesIn(document);
  const out = [...wrap(escapeForDisplay(document.verdict), columns, ""), ""];
  for (const finding of findings) out.push(...findingInWords(finding, nameOf, options), "");
  out.push(...timesInWords(document, options));
  const shown = all ? terms : terms.slice(-FEW_TERMS);
  if (terms.length > 0) out.push(palette.strong("terms"));
  if (shown.length < terms.length) out.push(`  ${counted(terms.length - shown.length, "earlier one")}: --all`);
  const leaseOf = leaseShownOf(terms);
  for (const term of shown) {
    const { epoch, holderIdentity, renewals, explanation } = term;
    const lease = leaseOf(term);
    const which = `${lease === null ? "" : `${lease}, `}epoch ${epoch ?? "?"}, "${holderIdentity}"`;
    out.push(...indented(`${which}, ${counted(renewals, "renewal")}: ${explanation}`, columns, "  "));
  }
  if (terms.length > 0) out.push("");
  out.push(`${counted(files, "file")}, ${counted(lines, "line")} read`);
  for (const what of missing) out.push(...wrap(`missing: ${escapeForDisplay(what)}`, columns));
  for (const { file, lines: count, first } of unparsed) {
    const example = first === null ? "" : `, the first ${placed(first, nameOf)}`;
    const told = escapeForDisplay(`not understood: ${counted(count, "line")} of ${nameOf(file)}${example}`);
    out.push(...(isTerminal ? wrap(told, columns) : [told]));
  }
  return `${out.join("\n").trimEnd()}\n`;
}

function findingInWords(finding: Finding, nameOf: NameOf, options: DiagnosisTextOptions): string[] {
  const { palette, columns, all } = options;
  const { ruleId, part, confidence, verdict, evidence, counterEvidence, change } = finding;
  const shown = all ? evidence : evidence.slice(0, FEW_LINES);
  return [
    `${palette[moods[part]](part)} ${palette.strong(ruleId)} (confidence ${confidence})`,
    ...indented(verdict, columns, "  "),
    ...shown.flatMap((line) => quoted(placed(line, nameOf), options)).map((line) => palette.quiet(line)),
    ...counterEvidence.flatMap((against) => indented(`against it: ${against}`, columns, "  ")),
    ...(change === "" ? [] : indented(`change: ${change}`, columns, "  ")),
  ];
}

/** A line of a log, whole: what it says stands at its end, behind its place and its time. */
function quoted(line: string, { columns, isTerminal }: DiagnosisTextOptions): string[] {
  const indent = "    ";
  const text = escapeForDisplay(line);
  return (isTerminal ? wrap(text, columns - indent.length) : [text]).map((each) => indent + each);
}

/** What the times say of the settings, and what each change did. */
function timesInWords({ signature, effects }: FindingDocument, { palette, columns }: DiagnosisTextOptions): string[] {
  const out: string[] = [];
  if (signature !== null) {
    const [title = "", ...lines] = signatureLines(signature);
    out.push(palette.strong(title), ...lines.flatMap((line) => broken(line, columns)), "");
  }
  if (effects.length > 0) out.push(palette.strong("changes"));
  for (const { at, label, explanation } of effects) {
    out.push(...indented(`${at}${label === null ? "" : ` (${label})`}: ${explanation}`, columns, "  "));
  }
  return effects.length > 0 ? [...out, ""] : out;
}

/** Breaks a line and keeps its indent; columns of a table stay as they are. */
function broken(line: string, columns: number): string[] {
  const [, indent = "", text = ""] = /^( *(?:- )?)(.*)$/u.exec(line) ?? [];
  if (line.length <= columns) return [line];
  const [first = "", ...rest] = wrap(text, columns - indent.length - 2);
  return [`${indent}${first}`, ...rest.map((each) => `${" ".repeat(indent.length)}${each.trimStart()}`)];
}

/** `wrap` takes a text without spaces at its head. */
function indented(text: string, columns: number, indent: string): string[] {
  return wrap(escapeForDisplay(text), columns - indent.length).map((line) => `${indent}${line}`);
}

function placed({ file, line, text }: EvidenceLine, nameOf: NameOf): string {
  return `${nameOf(file)}:${line}: ${text.trim()}`;
}

type NameOf = (file: string) => string;

/** Files by their last name, but where two have the same: then by their whole path. */
function namesIn({ findings, unparsed }: FindingDocument): NameOf {
  const files = new Set([...findings.flatMap(({ evidence }) => evidence), ...unparsed].map(({ file }) => file));
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const file of files) (seen.has(basename(file)) ? shared : seen).add(basename(file));
  return (file) => (shared.has(basename(file)) ? file : basename(file));
}
