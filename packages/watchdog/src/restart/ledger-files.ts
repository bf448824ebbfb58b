import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** A file that is not what a ledger is kept in. */
export class UnfitFileError extends Error {
  override readonly name = "UnfitFileError";
}

export interface LedgerFiles {
  /**
   * Empty where there is none.
   * @throws UnfitFileError for a link, for what is no regular file, and for more than `maxSize` bytes
   */
  read(path: string, maxSize: number): string;
  /** Whole or not at all. */
  write(path: string, text: string): Promise<void>;
}

export const ledgerFiles: LedgerFiles = {
  read(path, maxSize) {
    let descriptor: number;
    try {
      // Neither a link to elsewhere nor a pipe that makes the reader wait.
      descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return "";
      if (code === "ELOOP") throw new UnfitFileError("it is a symbolic link", { cause: error });
      throw error;
    }
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) throw new UnfitFileError("it is no regular file");
      if (stat.size > maxSize) throw new UnfitFileError(`it is longer than ${maxSize} bytes`);
      return readFileSync(descriptor, "utf8");
    } finally {
      closeSync(descriptor);
    }
  },
  async write(path, text) {
    const { default: writeFileAtomic } = await import("write-file-atomic");
    await writeFileAtomic(path, text, { mode: 0o600 });
  },
};
