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
const MAX_KEY_SIZE = 1024;

export interface RunLedgerOptions {
  readonly directory: string;
  readonly name: string;
  /** Default: this machine's. */
  readonly files?: LedgerFiles;
}

/**
 * The runs of one lease's command on this host, the oldest first: `NAME.runs` in a state folder, a line each. Only who holds the
 * lease writes it, so that the budget is one for all watchdogs here, and outlives each of them.
 *
 * Whoever is stopped between two runs holds no lease. What it has to say, that nobody waits for what follows a run, is said of that one
 * run in a file of its own, `NAME.given-up`: beside later runs it says nothing.
 */
export class RunLedger {
  readonly #name: string;
  readonly #path: string;
  readonly #givenUpPath: string;
  readonly #files: LedgerFiles;
  /** The lines of the last look: from one to the next all but the last stay as they are. */
  #known: ReadonlyMap<string, Run> = new Map();

  constructor({ directory, name, files = ledgerFiles }: RunLedgerOptions) {
    assertLeaseName(name);
    this.#files = files;
    this.#name = name;
    this.#path = join(directory, `${name}.runs`);
    this.#givenUpPath = join(directory, `${name}.given-up`);
  }

  /** @throws LeaseError `ESTATECORRUPT` for anything but what `write` wrote; nothing is changed. */
  read(): readonly Run[] {
    const text = this.#text(this.#path, MAX_SIZE);
    if (text === "") return [];
    if (!text.endsWith("\n")) throw this.#corrupt("its last line is torn");
    const lines = text.slice(0, -1).split("\n");
    if (lines.length > MAX_RUNS)
      throw this.#corrupt(`it has ${lines.length} lines, and at most ${MAX_RUNS} are written`);
    const givenUp = this.#text(this.#givenUpPath, MAX_KEY_SIZE).trimEnd();
    const runs = lines.map((line, at) => this.#known.get(line) ?? this.#parse(line, at));
    this.#known = new Map(runs.map((run, at) => [lines[at] ?? "", run]));
    return runs.map((run) => (keyOf(run) === givenUp ? { ...run, isFollowed: false } : run));
  }

  /** Whole or not at all, and on the disk when it resolves. Runs beyond what any budget counts are left out. */
  async write(runs: readonly Run[]): Promise<void> {
    const text = runs.slice(-MAX_RUNS).map((run) => `${JSON.stringify(run)}\n`);
    await this.#files.write(this.#path, text.join(""));
  }

  /** Nobody goes on after the run of this key any more. Needs no lease: it is true for good, whoever leads meanwhile. */
  async giveUp(key: string): Promise<void> {
    await this.#files.write(this.#givenUpPath, `${key}\n`);
  }

  #parse(line: string, at: number): Run {
    try {
      return readRun(parseBoundedJson(line, { maxLength: MAX_LINE_LENGTH, maxDepth: 4 }));
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      throw this.#corrupt(`line ${at + 1}: ${error.message}`, error);
    }
  }

  #text(path: string, maxSize: number): string {
    try {
      return this.#files.read(path, maxSize);
    } catch (error) {
      if (!(error instanceof UnfitFileError)) throw error;
      throw this.#corrupt(error.message, error, path);
    }
  }

  #corrupt(what: string, cause?: unknown, path = this.#path): LeaseError {
    const message = `${path}, which the restart budget is counted by, cannot be read: ${what}. Nothing was started or overwritten; move the file away to begin with a full budget`;
    return new LeaseError("ESTATECORRUPT", message, { name: this.#name }, { cause });
  }
}

/** Tells a run from every other. */
export function keyOf({ bootId, startedBoottimeMs, epoch }: Run): string {
  return `${bootId} ${startedBoottimeMs} ${epoch}`;
}
