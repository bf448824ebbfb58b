/** A file as it was found. */
export interface FileLook {
  readonly text: string;
  /** Another one, whenever the file was written meanwhile, in place or by a file put in its place. */
  readonly version: string;
  readonly inode: string;
  readonly uid: number;
  readonly mtimeMs: number;
}

/** The adopted file, as the operating system lets it be handled. */
export interface ForeignFile {
  readonly path: string;
  /** `null`: there is none. Rejects for what may not or cannot be read. */
  look(): Promise<FileLook | null>;
  /**
   * Puts a text in the place of what was looked at, whole, so that a reader sees one or the other. Answers with what
   * was written, which another may have replaced already; `null`: it was written meanwhile, and nothing was done.
   */
  replace(text: string, over: FileLook | null): Promise<FileLook | null>;
  /** Puts away what nobody can read, before it is replaced. */
  putAway(text: string): Promise<void>;
  /** Who wrote it, as far as it is known: the name of a user, and programs that have the file open. */
  writers(look: FileLook): Promise<{ readonly user: string | null; readonly openIn: readonly string[] }>;
}
