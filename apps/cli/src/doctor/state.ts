import { lstatSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { Adoption } from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import { ill, shellWord, stateChecks, type StateFault } from "@tenure/diagnostics";
import { systemClock } from "@tenure/host";
import { fileSystemOf, systemFiles } from "@tenure/store-file";
import { adoptedAsFarAsTold } from "../adopt/adopted-as.ts";
import { realPath } from "../adopt/real-path.ts";
import { roomOf } from "./files.ts";
import { ask, type DoctorReport } from "./report.ts";
import { programsAbout } from "./state-programs.ts";
import { watchState, type StateSeen } from "./state-watch.ts";

export interface StateOrder {
  readonly file: string;
  readonly adoption: Adoption;
  readonly signal: AbortSignal;
  readonly forMs: number | undefined;
  /** Where it is remembered which leases are adopted, if such a folder is there. */
  readonly memoryDirectory: string;
}

/** Examines a leader file that tenure does not keep. What cannot be read is an answer as well. @throws LeaseError for what is no file. */
export async function examineState({
  file,
  adoption,
  signal,
  forMs,
  memoryDirectory,
}: StateOrder): Promise<DoctorReport> {
  const path = realPath(file);
  let seen: StateSeen;
  try {
    seen = await watchState({ path, adoption, clock: systemClock(), signal, forMs });
  } catch (error) {
    if (!(error instanceof LeaseError) || error.code === "EABORTED") throw error;
    return { guarantees: null, reports: [{ name: null, title: path, answers: [unreadable(error)] }] };
  }
  const { last, ...watched } = seen;
  const state = {
    path,
    ...last,
    ...watched,
    programs: programsAbout(path, last.holderIdentity),
    ...roomOf(dirname(path)),
    faults: faultsOf(path),
    adoptedAs: adoptedAsFarAsTold(memoryDirectory, path).map(({ name }) => name),
  };
  return { guarantees: null, reports: [{ name: null, title: path, answers: ask(stateChecks, state) }] };
}

function unreadable(error: LeaseError) {
  return {
    question: "can it be read",
    answer: ill({
      ruleId: "state-unreadable",
      verdict: error.message,
      evidence: [],
      change: "name the leader file itself; --holder-at and the like say where its fields are",
    }),
  };
}

function faultsOf(path: string): StateFault[] {
  const folder = dirname(path);
  const facts = lstatSync(path);
  const place = lstatSync(folder);
  const { name, network } = fileSystemOf(systemFiles, folder);
  const faults: (StateFault | null)[] = [
    facts.nlink > 1
      ? {
          level: "warning",
          fault: `it has ${facts.nlink} names: a writer that replaces it leaves the others behind`,
          change: "remove the others",
        }
      : null,
    openTo(facts, path),
    openTo(place, folder),
    network
      ? {
          level: "warning",
          fault: `it is on ${name}, where two machines may each see another state`,
          change: "keep leases on a server instead",
        }
      : null,
    facts.uid !== place.uid
      ? {
          level: "warning",
          fault: `it belongs to user ${facts.uid}, and its folder to user ${place.uid}: programs of two users write it`,
          change: "run them as one user",
        }
      : null,
  ];
  return faults.flatMap((fault) => fault ?? []);
}

function openTo({ mode }: Stats, path: string): StateFault | null {
  if ((mode & 0o002) === 0 || (mode & 0o1000) !== 0) return null;
  return { level: "warning", fault: `${path} may be written by everybody`, change: `chmod o-w ${shellWord(path)}` };
}
