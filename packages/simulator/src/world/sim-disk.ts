import { dirname } from "node:path/posix";
import { Inode } from "./inode.ts";
import { systemError } from "./machine.ts";
import type { Random } from "./random.ts";

/** A change of names in one folder, in order: all that a sync of the folder makes durable. */
interface NameChange {
  readonly remove: string | null;
  readonly add: { readonly path: string; readonly inode: Inode } | null;
}

/** What a disk tells whoever watches it. */
export interface DiskListener {
  /** Bytes were added to a file under this name. */
  onAppend(path: string, bytes: Uint8Array): void;
  /** A name appeared, went away, or stands for another file; or a file was cut. */
  onNames(path: string): void;
}

/**
 * One file system: what processes see, and beside it what a power cut would leave. Only what a process has synced is sure to be left:
 * a file's bytes when the file was synced, a name when its folder was. The rest may be left or not, but in order.
 */
export class SimDisk {
  readonly #random: Random;
  readonly #listeners: DiskListener[] = [];
  #names = new Map<string, Inode>();
  #durable = new Map<string, Inode>();
  #pending = new Map<string, NameChange[]>();
  #lastIno = 1n;
  nowMs: () => number = () => 0;

  constructor(random: Random) {
    this.#random = random;
    const root = this.#makeInode(true);
    this.#names.set("/", root);
    this.#durable.set("/", root);
  }

  listen(listener: DiskListener): void {
    this.#listeners.push(listener);
  }

  find(path: string): Inode | undefined {
    return this.#names.get(path);
  }

  /** @throws `ENOENT` */
  get(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError("ENOENT");
    return inode;
  }

  /** The names in a folder, in no promised order: here, that of their making. */
  list(folder: string): string[] {
    if (!this.get(folder).isFolder) throw systemError("ENOTDIR");
    const start = folder === "/" ? "/" : `${folder}/`;
    const found: string[] = [];
    for (const path of this.#names.keys())
      if (path.length > start.length && path.startsWith(start) && !path.includes("/", start.length))
        found.push(path.slice(start.length));
    return found;
  }

  make(path: string, isFolder: boolean): Inode {
    if (this.#names.has(path)) throw systemError("EEXIST");
    if (!this.get(dirname(path)).isFolder) throw systemError("ENOTDIR");
    const inode = this.#makeInode(isFolder);
    this.#change(path, { remove: null, add: { path, inode } });
    // A folder is made by somebody's first command, which fails when its name could not be made durable. Nobody asks again.
    if (isFolder) this.#settleNames(dirname(path), Infinity);
    return inode;
  }

  append(inode: Inode, bytes: Uint8Array): void {
    inode.append(bytes);
    inode.mtimeMs = this.nowMs();
    for (const [path, other] of this.#names)
      if (other === inode) for (const listener of this.#listeners) listener.onAppend(path, bytes);
  }

  link(from: string, to: string): void {
    const inode = this.get(from);
    if (this.#names.has(to)) throw systemError("EEXIST");
    this.get(dirname(to));
    this.#change(to, { remove: null, add: { path: to, inode } });
  }

  rename(from: string, to: string): void {
    const inode = this.get(from);
    this.get(dirname(to));
    this.#change(to, { remove: from, add: { path: to, inode } });
  }

  unlink(path: string): void {
    if (this.get(path).isFolder) throw systemError("EISDIR");
    this.#change(path, { remove: path, add: null });
  }

  sync(inode: Inode): void {
    if (!inode.isFolder) return inode.sync();
    for (const [path, other] of this.#names) if (other === inode) this.#settleNames(path, Infinity);
  }

  /** An operator's `rm -r`, for good: whoever deletes a folder is not met by a power cut in the next second as well. */
  removeTree(folder: string): void {
    const paths = [...this.#names.keys()].filter((path) => path === folder || path.startsWith(`${folder}/`));
    for (const path of paths.toReversed()) this.#forceName(path, null);
  }

  /** An operator's `cp` over a file, for good. */
  overwrite(path: string, bytes: Uint8Array): void {
    const inode = this.#names.get(path) ?? this.#makeInode(false);
    inode.replace(bytes);
    this.#forceName(path, inode);
  }

  /** The power goes: what was only in memory is gone, as far as the file system's ordering lets it be. */
  powerCut(): void {
    for (const [folder, changes] of this.#pending) this.#settleNames(folder, this.#random.below(changes.length + 1));
    this.#pending.clear();
    const reachable = [...this.#durable].filter(([path]) => this.#isReachable(path));
    this.#durable = new Map(reachable);
    this.#names = new Map(reachable);
    for (const inode of new Set(this.#names.values())) if (!inode.isFolder) this.#cut(inode);
  }

  /** A torn tail: some of it, or some and zeros where the rest was given out but never written. */
  #cut(inode: Inode): void {
    const atRisk = inode.size - inode.syncedSize;
    const kept = atRisk === 0 ? 0 : this.#random.below(atRisk + 1);
    inode.powerCut(kept, this.#random.chance(0.3) ? this.#random.below(atRisk - kept + 1) : 0);
  }

  #isReachable(path: string): boolean {
    return path === "/" || (this.#durable.get(dirname(path))?.isFolder === true && this.#isReachable(dirname(path)));
  }

  #settleNames(folder: string, count: number): void {
    const changes = this.#pending.get(folder);
    if (changes === undefined) return;
    for (const { remove, add } of changes.splice(0, count)) {
      if (remove !== null) this.#durable.delete(remove);
      if (add !== null) this.#durable.set(add.path, add.inode);
    }
  }

  #change(path: string, change: NameChange): void {
    if (change.remove !== null) this.#names.delete(change.remove);
    if (change.add !== null) this.#names.set(change.add.path, change.add.inode);
    const folder = dirname(path);
    const pending = this.#pending.get(folder);
    if (pending === undefined) this.#pending.set(folder, [change]);
    else pending.push(change);
    if (change.remove !== null && change.remove !== path) this.#tellNames(change.remove);
    this.#tellNames(path);
  }

  #forceName(path: string, inode: Inode | null): void {
    this.#settleNames(dirname(path), Infinity);
    for (const names of [this.#names, this.#durable]) {
      if (inode === null) names.delete(path);
      else names.set(path, inode);
    }
    this.#tellNames(path);
  }

  #tellNames(path: string): void {
    for (const listener of this.#listeners) listener.onNames(path);
  }

  #makeInode(isFolder: boolean): Inode {
    this.#lastIno += 1n;
    return new Inode(this.#lastIno, isFolder, this.nowMs());
  }
}
