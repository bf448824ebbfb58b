import { bootId } from "@tenure/host";
import { resolveCommand } from "./command.ts";
import { spawnGated } from "./gate.ts";
import type { GatedProcess, GateOptions } from "./gate.ts";
import { look } from "./progress/sighting.ts";
import type { Sighting } from "./progress/sighting.ts";
import { ledgerFiles } from "./restart/ledger-files.ts";
import type { LedgerFiles } from "./restart/ledger-files.ts";
import { stayAlive } from "./wait.ts";

/** What the runner asks of the world around it, beside its clock and what it asks about processes that run already. */
export interface RunSurroundings {
  /** The boot within which runs are counted. */
  bootId(): string;
  /** @throws CannotStartError */
  resolveCommand(command: string, env: NodeJS.ProcessEnv): string;
  /** @throws CannotStartError */
  spawnGated(options: GateOptions): Promise<GatedProcess>;
  /** What is to be seen of a child that is not reaped. */
  look(pid: number): Sighting;
  /** Keeps this process alive until what it returns is called. */
  stayAlive(): () => void;
  readonly ledgerFiles: LedgerFiles;
}

/** Those of this machine. */
export const systemSurroundings: RunSurroundings = { bootId, resolveCommand, spawnGated, look, stayAlive, ledgerFiles };
