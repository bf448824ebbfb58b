/** Bytes from..to of a file that the disk did not take and the kernel has forgotten. */
interface Forgotten {
  readonly from: number;
  readonly to: number;
}

/** A file or folder: what processes see of it, and what of that would survive a power cut. */
export class Inode {
  readonly ino: bigint;
  readonly isFolder: boolean;
  mtimeMs: number;
  /** Failed syncs, so that each open file is told of one once. */
  failures = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;
  #syncedSize = 0;
  #forgotten: Forgotten[] = [];

  constructor(ino: bigint, isFolder: boolean, mtimeMs: number) {
    this.ino = ino;
    this.isFolder = isFolder;
    this.mtimeMs = mtimeMs;
  }

  get size(): number {
    return this.#size;
  }

  get syncedSize(): number {
    return this.#syncedSize;
  }

  /** What processes read. */
  content(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  append(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(4096, 2 * (this.#size + bytes.length)));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  sync(): void {
    this.#syncedSize = this.#size;
  }

  /** The disk refused what was not synced; pages are clean all the same, and no later sync writes them. */
  failSync(): void {
    this.failures += 1;
    if (this.#syncedSize < this.#size) this.#forgotten.push({ from: this.#syncedSize, to: this.#size });
    this.#syncedSize = this.#size;
  }

  /** Puts other bytes in place of all, for good: an operator with a backup, an editor. */
  replace(bytes: Uint8Array): void {
    this.#bytes = Buffer.from(bytes);
    this.#size = bytes.length;
    this.#syncedSize = this.#size;
    this.#forgotten = [];
  }

  /**
   * After a power cut: of what was not synced, `kept` bytes came through and `zeroed` more were given out and never written.
   */
  powerCut(kept: number, zeroed: number): void {
    for (const { from, to } of this.#forgotten) this.#bytes.fill(0, from, to);
    const keptSize = Math.min(this.#size, this.#syncedSize + kept);
    const size = Math.min(this.#size, keptSize + zeroed);
    this.#bytes.fill(0, keptSize, size);
    this.#size = size;
    this.#syncedSize = size;
    this.#forgotten = [];
  }
}
