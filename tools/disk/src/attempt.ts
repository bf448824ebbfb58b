import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openFileStore } from "@tenure/store-file";
import type { FileStore } from "@tenure/store-file";
import { hold, LEASE } from "./verbs.ts";
import type { Verb } from "./verbs.ts";

export type Fault = "before" | "after" | "EIO" | "ENOSPC" | "short";
export const faults: readonly Fault[] = ["before", "after", "EIO", "ENOSPC", "short"];

/** The built command. */
const COMMAND = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));
const SOURCE = fileURLToPath(new URL("../native/deadly-shim.c", import.meta.url));

/** The library that spoils one call; throws where there is no C compiler. */
export function buildShim(folder: string): string {
  const library = join(folder, "deadly-shim.so");
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], { stdio: "pipe" });
  return library;
}

/** A folder of its own for one attempt. */
export class Place {
  readonly folder: string = mkdtempSync(join(tmpdir(), "tenure-sweep-"));
  readonly work: string = join(this.folder, "work");
  readonly folders: { readonly directory: string; readonly floorDirectory: string } = {
    directory: join(this.folder, "state"),
    floorDirectory: join(this.folder, "floor"),
  };

  constructor() {
    mkdirSync(this.work);
  }

  open(): Promise<FileStore> {
    return openFileStore(this.folders);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What one command said and left. */
export interface Attempt {
  readonly where: string;
  readonly fault: Fault;
  readonly place: Place;
  /** As a shell would say it. */
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: string;
  /** Calls that change something; `null` when it did not end of itself. */
  readonly calls: number | null;
}

/** Runs the command with its call number `at` spoiled; 0 spoils none. All who could hold the lease are dead afterwards. */
export async function attempt(library: string, verb: Verb, at: number, fault: Fault): Promise<Attempt> {
  const place = new Place();
  const actor = spawn("sleep", ["1000"], { stdio: "ignore" });
  const actorEnded = once(actor, "exit");
  try {
    if (verb.held) {
      const store = await place.open();
      await hold(store, actor.pid ?? 0);
      await store.close();
    }
    const { directory, floorDirectory } = place.folders;
    const count = join(place.folder, "count");
    const child = spawn(execPath, [COMMAND, ...verb.args(String(actor.pid))], {
      cwd: place.work,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: env["PATH"],
        HOME: place.folder,
        TENURE_DIR: directory,
        TENURE_FLOOR_DIR: floorDirectory,
        LD_PRELOAD: library,
        DEADLY_IN: `${directory}:${floorDirectory}:${place.work}`,
        DEADLY_AT: String(at),
        DEADLY_WHEN: fault,
        DEADLY_COUNT: count,
      },
    });
    const stdout: string[] = [];
    let stderr = "";
    createInterface({ input: child.stdout }).on("line", (line) => stdout.push(line));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const closed = once(child, "close");
    if (verb.name === "heartbeat") await untilRenewed(place, closed);
    // A heartbeat ends with its holder.
    if (verb.name === "heartbeat") actor.kill("SIGKILL");
    const [status, signal] = (await closed) as [number | null, NodeJS.Signals | null];
    const code = status ?? 128 + constants.signals[signal ?? "SIGKILL"];
    const calls = existsSync(count) ? Number(readFileSync(count, "utf8")) : null;
    return { where: `${verb.name}, call ${at}, ${fault}`, fault, place, code, stdout, stderr, calls };
  } finally {
    actor.kill("SIGKILL");
    await actorEnded;
  }
}

/** Resolves after two renewals, or when the process that was to make them has ended. */
async function untilRenewed(place: Place, closed: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  void closed.then(() => over.abort());
  const store = await place.open();
  try {
    for await (const { record } of store.watch(LEASE, { signal: over.signal }))
      if ((record?.renewals ?? 0) >= 2) return;
  } finally {
    await store.close();
  }
}
