import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JournalEntry } from "@tenure/core";
import { termsOf, type Term } from "@tenure/history";
import { openFileStore } from "@tenure/store-file";

const cli = fileURLToPath(new URL("../../../../apps/cli/dist/tenure.cjs", import.meta.url));

/** The lease's past as its journal has it: the one source of every epoch and gap that the demo tells. */
export async function termsIn(directory: string, floorDirectory: string, name: string): Promise<Term[]> {
  const store = await openFileStore({ directory, floorDirectory });
  try {
    const entries: JournalEntry[] = [];
    for await (const entry of store.journal(name)) entries.push(entry);
    return termsOf(entries);
  } finally {
    await store.close();
  }
}

/** Lets `tenure history` itself speak, of this folder and not of what the person's own settings name. */
export function printHistory(directory: string, floorDirectory: string, name: string): void {
  const others = Object.entries(process.env).filter(([key]) => !key.startsWith("TENURE_"));
  execFileSync(process.execPath, [cli, "history", name, "--dir", directory], {
    env: { ...Object.fromEntries(others), TENURE_FLOOR_DIR: floorDirectory },
    stdio: ["ignore", "inherit", "inherit"],
  });
}
