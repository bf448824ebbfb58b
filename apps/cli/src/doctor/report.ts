import type { StoreGuarantees } from "@tenure/core";
import type { Answer, Check } from "@tenure/diagnostics";
import type { Ailment, DoctorDocument } from "@tenure/schema";

/** What was asked of one lease, or of the place (`null`), and the answers. */
export interface Report {
  readonly name: string | null;
  readonly title: string;
  readonly answers: readonly Asked[];
}

export interface Asked {
  readonly question: string;
  readonly answer: Answer;
}

export interface DoctorReport {
  readonly reports: readonly Report[];
  /** `null`: the store could not be opened. */
  readonly guarantees: StoreGuarantees | null;
}

export function ask<Subject>(checks: readonly Check<Subject>[], subject: Subject): Asked[] {
  return checks.flatMap(({ question, look }) => {
    const answer = look(subject);
    return answer === null ? [] : [{ question, answer }];
  });
}

export function doctorDocument({ reports }: DoctorReport): DoctorDocument {
  const findings = reports.flatMap(({ name, answers }) =>
    answers.flatMap(({ answer }): Ailment[] => (answer.level === "well" ? [] : [{ name, ...answer }])),
  );
  return { level: worst(findings), findings };
}

export function worst(answers: readonly Pick<Answer, "level">[]): DoctorDocument["level"] {
  if (answers.some(({ level }) => level === "ill")) return "ill";
  return answers.some(({ level }) => level === "warning") ? "warning" : "well";
}
