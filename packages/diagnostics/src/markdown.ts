import type { EvidenceLine, FindingDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { counted } from "./numbers.ts";
import { leaseShownOf, notUnderstood } from "./report-words.ts";
import { signatureLines } from "./signature/text.ts";

/** A post-mortem to edit. Whatever came from a log is escaped for the terminal and for Markdown. */
export function markdownOf(document: FindingDocument): string {
  const { verdict, findings, terms, signature, effects, missing, unparsed, files, lines } = document;
  const out = ["# Why the lease was lost", "", safe(verdict), ""];
  for (const { ruleId, part, confidence, verdict: said, evidence, counterEvidence, change } of findings) {
    out.push(`## ${part}: ${ruleId} (confidence ${confidence})`, "", safe(said), "");
    if (change !== "") out.push(`**To change:** ${safe(change)}`, "");
    out.push(...evidence.map((line) => `- ${placed(line)}`));
    out.push(...counterEvidence.map((against) => `- against it: ${safe(against)}`), "");
  }
  if (signature !== null) out.push("## Times", "", "```text", ...signatureLines(signature), "```", "");
  if (effects.length > 0) out.push("## Changes", "");
  for (const { at, label, explanation } of effects)
    out.push(`- ${safe(at)}${label === null ? "" : ` (${safe(label)})`}: ${safe(explanation)}`);
  if (effects.length > 0) out.push("");
  if (terms.length > 0) {
    out.push(
      "## Terms",
      "",
      "| epoch | holder | acquired | renewals | why it ended |",
      "| --- | --- | --- | --- | --- |",
    );
    const leaseOf = leaseShownOf(terms);
    for (const term of terms) {
      const lease = leaseOf(term);
      out.push(
        `| ${lease === null ? "" : `${cell(lease)}: `}${term.epoch ?? "?"} | ${cell(term.holderIdentity)} | ${cell(term.acquireTime)} | ${term.renewals} | ${cell(term.explanation)} |`,
      );
    }
    out.push("");
  }
  out.push("## What was read", "", `${counted(files, "file")}, ${counted(lines, "line")}.`, "");
  out.push(...missing.map((what) => `- missing: ${safe(what)}`));
  out.push(
    ...unparsed.map(
      ({ file, lines: count, first }) =>
        `- ${notUnderstood(count, safe(file))}${first === null ? "" : `, the first: ${placed(first)}`}`,
    ),
  );
  return `${out.join("\n").trimEnd()}\n`;
}

function placed({ file, line, text }: EvidenceLine): string {
  return `${safe(file)}:${line}: ${code(escapeForDisplay(text))}`;
}

/** As it stands: what is in a span of code becomes neither a link nor anything else. */
function code(text: string): string {
  if (text === "") return "";
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/gu), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // One blank on each side is taken off again.
  const gap = longest > 0 || /^ .* $/u.test(text) ? " " : "";
  return `${fence}${gap}${text}${gap}${fence}`;
}

/** What GitHub makes a link of by itself, and tells somebody of: no backslash keeps it from that. */
const linked = /:\/\/|www\.|@|#\d|gh-\d/iu;

/** No text of a log may become a link, an image or HTML. */
function safe(text: string): string {
  return escapeForDisplay(text)
    .split(" ")
    .map((word) => (linked.test(word) ? code(word) : word.replaceAll(/[\\`*_[\]<>|#!&~]/gu, (mark) => `\\${mark}`)))
    .join(" ");
}

/** Nor a column, which it may within a span of code too. */
function cell(text: string): string {
  return safe(text).replaceAll(/(?<!\\)\|/gu, String.raw`\|`);
}
