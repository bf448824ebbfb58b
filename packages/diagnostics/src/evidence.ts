import type { EvidenceKind, EvidenceLine } from "@tenure/schema";

/** What a line says, by name; times of day in milliseconds since 1970. All of it is what somebody wrote, none of it proved. */
export interface Facts {
  /** Which lease, where the files tell of several. */
  readonly lease?: string;
  readonly holder?: string;
  /** Which process goes by that name, where a number does not tell: a host, a pod, a run; of what systemd says, a unit. */
  readonly instance?: string;
  readonly previous?: string;
  readonly epoch?: number;
  readonly pid?: number;
  readonly exitCode?: number;
  readonly role?: string;
  readonly label?: string;
  /** Texts that a change took out. */
  readonly removed?: readonly string[];
  /** Whether a change is a commit: it works from the next start of its program on. */
  readonly isCommit?: true;
  readonly agoMs?: number;
  readonly ageMs?: number;
  readonly remainingMs?: number;
  readonly durationMs?: number;
  readonly leaseDurationMs?: number;
  readonly valueMs?: number;
  readonly value?: number;
  readonly renewTime?: number;
  /** As it was written: its format tells its writer. */
  readonly renewStamp?: string;
  readonly startTime?: number;
}

/** One thing that a file tells, and where. */
export interface Evidence extends EvidenceLine {
  readonly kind: EvidenceKind;
  /** Milliseconds since 1970; for a line without a time, that of the dated line before it, or -Infinity. */
  readonly at: number;
  /** Whether the line itself says when. */
  readonly dated: boolean;
  readonly facts: Facts;
}

const TEXT_MAX_LENGTH = 500;

/** The line to show, without what only the rules need. */
export function lineOf({ file, line, text }: EvidenceLine): EvidenceLine {
  return { file, line, text: text.length > TEXT_MAX_LENGTH ? `${text.slice(0, TEXT_MAX_LENGTH)}…` : text };
}
