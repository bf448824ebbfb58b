import type { Clock, Vigil } from "@tenure/core";
import { DirectoryWatch } from "./directory-watch.ts";
import type { FileSystem } from "./file-system.ts";
import { keepSignals } from "./keep-signals.ts";
import { SocketVigil } from "./vigil.ts";

/** Tells whoever waits that a lease's journal in a folder has changed. */
export interface DirectoryChanges {
  /** Calls `onChange` when a file whose name begins with `NAME.journal.` may have changed. Returns the way to stop. */
  subscribe(name: string, onChange: () => void): () => void;
  close(): void;
}

/** A vigil that ends with the store. */
export interface StoreVigil extends Vigil {
  close(): Promise<void>;
}

/** Writes whole files for people to read. */
export interface MirrorWriter {
  /** Loads what writing needs. */
  prepare(): Promise<void>;
  /** Puts `text` in place of the file, at once for every reader. */
  write(path: string, text: string): Promise<void>;
}

/**
 * What a file store asks of its machine beside files. Passed in by a simulator, so that a store runs without any socket, kernel watch or
 * signal.
 */
export interface Surroundings {
  watch(directory: string, clock: Clock): DirectoryChanges;
  vigil(files: FileSystem, directory: string): StoreVigil;
  readonly mirrorWriter: MirrorWriter;
}

/** Those of this machine. */
export const systemSurroundings: Surroundings = {
  watch: (directory, clock) => new DirectoryWatch(directory, clock),
  vigil: (files, directory) => new SocketVigil(files, directory),
  mirrorWriter: {
    prepare: async () => void (await import("write-file-atomic")),
    write: async (path, text) => {
      const { default: writeFileAtomic } = await import("write-file-atomic");
      await keepSignals(() => writeFileAtomic(path, text, { mode: 0o600, fsync: false }));
    },
  },
};
