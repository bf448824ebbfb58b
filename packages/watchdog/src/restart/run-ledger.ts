import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import type { Run } from "@tenure/schema";
import { assertLeaseName, parseBoundedJson, readRun, SchemaError } from "@tenure/schema/light";
import { ledgerFiles, UnfitFileError, type LedgerFiles } from "./ledger-files.ts";
import { MAX_BURST } from "./policy.ts";

const MAX_LINE_LENGTH = 32_768;
/** The start by hand before as many restarts as a budget can hold. */
const MAX_RUNS = MAX_BURST + 1;
const MAX_SIZE = MAX_RUNS * MAX_LINE_LENGTH * 4;

export interface RunLedgerOptions {
  readonly directory: string;
  readonly name: string;
  /** Default: this machine's. */
  readonly files?: LedgerFiles;
}

/**
 * The runs of one lease's command on this host, the oldest first: `NAME.runs` in a state folder, a line each. Only who holds the
 * lease writes it, so that the budget is one for all watchdogs here, and outlives each of them.
 */
export class RunLedger {
  readonly #name: string;
  readonly #path: string;
  readonly #files: LedgerFiles;

  constructor({ directory, name, files = ledgerFiles }: RunLedgerOptions) {
    assertLeaseName(name);
    this.#files = files;
    this.#name = name;
    this.#path = join(directory, `${name}.runs`);
  }

  /** @throws LeaseError `ESTATECORRUPT` for anything but what `write` wrote; nothing is changed. */
  read(): readonly Run[] {
    const text = this.#text();
    if (text === "") return [];
    if (!text.endsWith("\n")) throw this.#corrupt("its last line is torn");
    const lines = text.slice(0, -1).split("\n");
    if (lines.length > MAX_RUNS)
      throw this.#corrupt(`it has ${lines.length} lines, and at most ${MAX_RUNS} are written`);
    return lines.map((line, at) => {
      try {
        return readRun(parseBoundedJson(line, { maxLength: MAX_LINE_LENGTH, maxDepth: 4 }));
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error;
        throw this.#corrupt(`line ${at + 1}: ${error.message}`, error);
      }
    });
  }

  /** Whole or not at all, and on the disk when it resolves. Runs beyond what any budget counts are left out. */
  async write(runs: readonly Run[]): Promise<void> {
    const text = runs.slice(-MAX_RUNS).map((run) => `${JSON.stringify(run)}\n`);
    await this.#files.write(this.#path, text.join(""));
  }

  #text(): string {
    try {
      return this.#files.read(this.#path, MAX_SIZE);
    } catch (error) {
      if (!(error instanceof UnfitFileError)) throw error;
      throw this.#corrupt(error.message, error);
    }
  }

  #corrupt(what: string, cause?: unknown): LeaseError {
    const message = `${this.#path}, which the restart budget is counted by, cannot be read: ${what}. Nothing was started or overwritten; move the file away to begin with a full budget`;
    return new LeaseError("ESTATECORRUPT", message, { name: this.#name }, { cause });
  }
}
