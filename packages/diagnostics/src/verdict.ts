import type { DiagnosedTerm, Finding } from "@tenure/schema";
import { lossesIn } from "./before-loss.ts";
import type { Evidence } from "./evidence.ts";
import { fileName } from "./file-name.ts";
import { counted } from "./numbers.ts";
import type { Scene } from "./rule.ts";

/** What a rule would have needed and no file has. */
export function missingIn({ own, terms, timing }: Scene, allTerms: number): string[] {
  if (own.journals.length > 0 && terms.length === 0) return [];
  const lacks: (readonly [boolean, string])[] = [
    [allTerms === 0, "who acquired the lease, and when: a journal, or log lines and a --mapping that names them"],
    [timing.leaseDurationMs === null, "the lease duration"],
    [
      terms.every(({ end, asked }) => end === null && asked === null),
      "when holders ended: exit codes, or the lines with which they sign off",
    ],
    [own.of("expired-seen").length + own.of("held-seen").length === 0, "what whoever polls the lease saw"],
  ];
  return lacks.flatMap(([isMissing, what]) => (isMissing ? [what] : []));
}

const CAUSES_TOLD = 4;

/** One paragraph for somebody tired. */
export function verdictOn(
  scene: Scene,
  findings: readonly Finding[],
  terms: readonly DiagnosedTerm[],
  missing: readonly string[],
): string {
  if (scene.own.files === 0)
    return "Nothing was read: no file here is called as logs, journals and states are. One that is named is read whatever it is called.";
  const of = (part: Finding["part"]): string[] =>
    findings
      .filter((each) => each.part === part)
      .map(({ verdict, confidence }) => (confidence === "low" ? `perhaps ${verdict}` : verdict));
  const causes = of("cause");
  const lost = lossesIn(scene);
  const isLost = lost.length > 0 || scene.own.of("expired-seen").length > 0;
  if (terms.length > 0 && !isLost && causes.length + of("contributor").length === 0)
    return findings.length + missing.length === 0
      ? sentences([
          `Nothing is wrong in these files: ${counted(terms.length, "term")}, each explained below`,
          ...(scene.terms.length > 0 && scene.own.of("worked").length === 0
            ? [
                "no line of them is known to tell of the holders' work, so one that hung while its lease was renewed would not show",
              ]
            : []),
        ])
      : sentences([
          `No loss of the lease shows in these files (${counted(terms.length, "term")})`,
          ...of("symptom"),
          ...of("red-herring"),
          ...(missing.length > 0 ? [`what they lack, so that one might not show: ${missing.join("; ")}`] : []),
        ]);
  if (causes.length === 0 && of("contributor").length === 0)
    return sentences([
      isLost || terms.length + findings.length > 0 ? "I cannot tell why" : nothingTold(scene),
      ...untold(scene, lost),
      ...of("symptom"),
      ...(missing.length > 0 ? [`what is missing: ${missing.join("; ")}`] : []),
    ]);
  const [first] = findings;
  const helped = findings.filter(({ ruleId }) => ruleId === "fix-with-effect").map(({ verdict }) => verdict);
  return sentences([
    ...helped,
    ...causes.slice(0, CAUSES_TOLD),
    ...(causes.length > CAUSES_TOLD ? [`${counted(causes.length - CAUSES_TOLD, "more cause")} below`] : []),
    ...label("What made it worse or hid it", of("contributor").slice(0, 4)),
    ...label(
      "What only shows it",
      of("symptom")
        .filter((verdict) => !helped.includes(verdict))
        .slice(0, 1),
    ),
    ...label("What was not the cause", of("red-herring")),
    ...(first === undefined || first.change === ""
      ? []
      : [
          `the one thing to change${helped.length > 0 ? ", where that change has not made it so already" : ""}: ${first.change}`,
        ]),
  ]);
}

/** Whoever asks wrongly is told so: there is no trouble here to know the cause of. */
function nothingTold({ own }: Scene): string {
  const files = own.files === 1 ? "this file" : "these files";
  return own.lines === 0 && own.unread.length === 0
    ? `There is not one line in ${files}`
    : `No line of ${files} is known to tell of a lease, so I cannot tell why one was lost`;
}

/** What was lost, where no line says why, and what would. */
function untold(scene: Scene, lost: readonly Evidence[]): string[] {
  const [first] = lost;
  if (first === undefined) return [];
  const place = `${fileName(first.file)}:${first.line}`;
  const others = scene.terms.length > lost.length ? ` of ${counted(scene.terms.length, "term")}` : "";
  return [
    `the lease was lost or ran out ${counted(lost.length, "time")}${others}, first at ${place}, and no line before that says what kept its holder from renewing`,
    "the holder's own log of those moments, the store's, and the kernel's would tell",
  ];
}

function label(words: string, verdicts: readonly string[]): string[] {
  return verdicts.length === 0 ? [] : [`${words}: ${verdicts.join("; ")}`];
}

function sentences(parts: readonly string[]): string {
  return parts
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}.`)
    .join(" ")
    .slice(0, 60_000);
}
