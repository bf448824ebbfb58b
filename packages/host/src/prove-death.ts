import type { ProcessIdentity } from "@tenure/schema";
import { examine } from "./examine.ts";
import type { Finding } from "./examine.ts";
import { systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

/**
 * Judges a recorded process from here; satisfies core's `ProveDeath`. Never throws: what cannot be found out is `unknown`.
 *
 * `dead` needs the same boot, pid namespace and time namespace, and then a free number, another start time, or a zombie of which
 * no task is left. `sameMachine` says that the record cannot be another machine's, so that another boot id is proof too.
 */
export function proveDeath(
  process: ProcessIdentity,
  options: { readonly sameMachine: boolean },
  reader: ProcReader = systemHost,
): Finding {
  const { verdict, evidence } = examine(process, options.sameMachine, reader);
  return { verdict, evidence };
}

/** `stopped`: by SIGSTOP, a terminal or a debugger. A frozen cgroup looks `running`. */
export type ProcessState = "running" | "stopped" | "dead" | "unknown";

/** What a recorded process is doing now: what whoever beats for it must know before each beat. */
export function processState(process: ProcessIdentity, reader: ProcReader = systemHost): ProcessState {
  const examination = examine(process, false, reader);
  if (examination.verdict !== "alive") return examination.verdict;
  return examination.stopped ? "stopped" : "running";
}
