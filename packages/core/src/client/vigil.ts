import type { ClientContext } from "./context.ts";
import { request } from "./request.ts";

export interface KeptVigil {
  close(): Promise<void>;
}

/** Keeps the vigil of a term, where the store has one. It only speeds up a succession: without it a term is as good. */
export async function keepVigil(context: ClientContext, name: string, epoch: number): Promise<KeptVigil | null> {
  const { store, clock, timing } = context;
  const { vigil } = store;
  if (vigil === undefined) return null;
  let keeping: Promise<KeptVigil> | undefined;
  try {
    return await request({ clock, timeoutMs: timing.requestTimeoutMs }, () => {
      keeping = vigil.keep(name, epoch);
      return keeping;
    });
  } catch {
    // What comes after all is nobody's.
    keeping?.then((kept) => kept.close()).catch(() => {});
    return null;
  }
}
