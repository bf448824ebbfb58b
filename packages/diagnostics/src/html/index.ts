import type { DiagnosedTerm, EvidenceLine, Finding, FindingDocument } from "@tenure/schema";
import { counted } from "../numbers.ts";
import { leaseShownOf, notUnderstood } from "../report-words.ts";
import { moment, safe } from "./escape.ts";
import { style } from "./style.ts";
import { timelineOf } from "./timeline.ts";
import { startsOf, timesOf } from "./times.ts";

/** How a page of ours begins, so that it can be told from other files. */
export const HTML_HEAD = "<!doctype html>\n<!-- tenure diagnose -->\n";

/** One page that needs nothing else: no script, no font, no picture from anywhere, and a policy that forbids them. Every text of a log is escaped. */
export function htmlOf(whole: FindingDocument): string {
  const document = withShortNames(whole);
  const { verdict, findings, terms, signature, effects, missing, unparsed, files, lines } = document;
  const isWell = findings.length === 0 && missing.length === 0;
  const body = [
    `<h1>Why the lease was lost</h1><p class="verdict${isWell ? " well" : ""}">${safe(verdict)}</p>`,
    ...drawings(terms, signature?.leaseDurationMs ?? null),
    findings.length === 0 ? "" : `<h2>Findings</h2>${findings.map(article).join("\n")}`,
    timesOf(signature),
    effects.length === 0
      ? ""
      : `<h2>Changes</h2><ul>${effects.map(({ at, label, explanation }) => `<li><b>${safe(moment(at))}</b>${label === null ? "" : ` (${safe(label)})`}: ${safe(explanation)}</li>`).join("")}</ul>`,
    startsOf(terms),
    terms.length === 0 ? "" : termTable(terms),
    `<h2>What was read</h2><p>${counted(files, "file")}, ${counted(lines, "line")}.</p>`,
    list([
      ...missing.map((what) => `missing: ${safe(what)}`),
      ...unparsed.map(
        ({ file, lines: count, first }) =>
          `${notUnderstood(count, safe(file))}${first === null ? "" : `, the first: ${placed(first)}`}`,
      ),
    ]),
  ];
  return `${HTML_HEAD}<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Why the lease was lost</title>
<style>${style}</style>
</head>
<body><main>
${body.filter((part) => part !== "").join("\n")}
</main></body>
</html>
`;
}

/** File names without the folders that all of them share. */
function withShortNames(document: FindingDocument): FindingDocument {
  const names = [
    ...document.findings.flatMap(({ evidence }) => evidence.map(({ file }) => file)),
    ...document.unparsed.map(({ file }) => file),
  ];
  const folders = names.filter((name) => name.includes("/")).map((name) => name.slice(0, name.lastIndexOf("/") + 1));
  let shared = folders[0] ?? "";
  while (!folders.every((folder) => folder.startsWith(shared)))
    shared = shared.slice(0, shared.lastIndexOf("/", shared.length - 2) + 1);
  const short = <Placed extends { readonly file: string }>(line: Placed): Placed =>
    line.file.startsWith(shared) ? { ...line, file: line.file.slice(shared.length) } : line;
  return {
    ...document,
    findings: document.findings.map((finding) => ({ ...finding, evidence: finding.evidence.map(short) })),
    unparsed: document.unparsed.map((each) => ({
      ...short(each),
      first: each.first === null ? null : short(each.first),
    })),
  };
}

/** A drawing for each lease. */
function drawings(terms: readonly DiagnosedTerm[], leaseDurationMs: number | null): string[] {
  const names = [...new Set(terms.map(({ name }) => name))];
  const drawn = names.map((name) => {
    const svg = timelineOf(
      terms.filter((term) => term.name === name),
      leaseDurationMs,
    );
    return svg === "" || name === null ? svg : `<h3>${safe(name)}</h3>${svg}`;
  });
  return drawn.every((svg) => svg === "") ? [] : ["<h2>Who led, and when nobody did</h2>", ...drawn];
}

const LINES_SHOWN = 3;

function article({ ruleId, part, confidence, verdict, evidence, counterEvidence, change }: Finding): string {
  const more = evidence.slice(LINES_SHOWN);
  return [
    `<article><h3><span class="part ${part}">${part.replace("-", " ")}</span>${safe(ruleId)}</h3>`,
    `<p>${safe(verdict)}</p><p class="quiet">Confidence: ${confidence}.</p>`,
    change === "" ? "" : `<p><b>To change:</b> ${safe(change)}</p>`,
    ...counterEvidence.map((against) => `<p><b>Against it:</b> ${safe(against)}</p>`),
    linesOf(evidence.slice(0, LINES_SHOWN), 1),
    more.length === 0
      ? ""
      : `<details><summary>${counted(more.length, "more line")}</summary>${linesOf(more, LINES_SHOWN + 1)}</details>`,
    "</article>",
  ].join("");
}

function linesOf(evidence: readonly EvidenceLine[], start: number): string {
  if (evidence.length === 0) return "";
  return `<ol class="lines" start="${start}">${evidence.map((line) => `<li>${placed(line)}</li>`).join("")}</ol>`;
}

/** The table of thousands of terms would help nobody; the journal or the JSON document has them all. */
const ROWS_MOST = 500;

function termTable(terms: readonly DiagnosedTerm[]): string {
  const shown = terms.slice(-ROWS_MOST);
  const leaseOf = leaseShownOf(terms);
  const heads = ["epoch", "holder", "acquired", "last renewal", "renewals", "ended", "why it ended"];
  const rows = shown.map((term) => {
    const cells = [term.holderIdentity, moment(term.acquireTime), moment(term.lastRenewTime)];
    const end = term.endTime === null ? "no line says" : moment(term.endTime);
    const lease = leaseOf(term);
    const epoch = `${lease === null ? "" : `${safe(lease)}: `}${term.epoch ?? "?"}`;
    return `<tr><th scope="row">${epoch}</th>${cells.map((cell) => `<td>${safe(cell)}</td>`).join("")}<td class="number">${term.renewals}</td><td>${safe(end)}</td><td>${safe(term.explanation)}</td></tr>`;
  });
  const caption =
    shown.length < terms.length
      ? `The last ${shown.length} of ${terms.length} terms`
      : `${terms.length === 1 ? "" : "All "}${counted(terms.length, "term")}`;
  return (
    '<h2>Terms</h2><div class="scroll" role="region" aria-label="Table of terms" tabindex="0"><table class="terms">' +
    `<caption>${caption}, times in UTC</caption><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`
  );
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

function placed({ file, line, text }: EvidenceLine): string {
  return `<b>${safe(file)}:${line}</b> ${safe(text.trim())}`;
}
