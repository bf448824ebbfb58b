import { constants } from "node:fs";
import type { FileFacts, FileSystem } from "@tenure/store-file";
import { drawFault, type CallFault, type DiskRates, type DiskTroubles } from "./disk-faults.ts";
import type { Inode } from "./inode.ts";
import { systemError } from "./machine.ts";
import type { Random } from "./random.ts";
import type { SimDisk } from "./sim-disk.ts";
import type { SimProcess } from "./sim-process.ts";

const { S_IFDIR, S_IFREG, O_RDWR } = constants;
const EXT4 = 0xef53;
const USER = 1_000;
/** A file call takes this long when nothing is wrong. */
const USUAL_MS = 0.3;
const SYNC_MS = 4;

interface OpenFile {
  readonly inode: Inode;
  readonly writable: boolean;
  /**
   * Failed syncs of the file that this descriptor was told of. Kinder than a kernel, which tells a file opened later only if nobody was
   * told before: who never hears of it cannot know, and nothing is promised there.
   */
  told: number;
}

export interface SimFilesContext {
  readonly disk: SimDisk;
  readonly process: SimProcess;
  readonly random: Random;
  readonly troubles: DiskTroubles;
  /** Asked at each call. */
  readonly rates: () => DiskRates;
  readonly onFault: (kind: string) => void;
  /** The disk does not take what was not synced. */
  readonly onLost: (inode: Inode) => void;
}

/** The file calls of one process. Each of them is a point at which it may be slow, fail, or be the process's last. */
export class SimFiles implements FileSystem {
  readonly #context: SimFilesContext;
  readonly #open = new Map<number, OpenFile>();
  #lastFd = 2;

  constructor(context: SimFilesContext) {
    this.#context = context;
  }

  user(): number {
    return USER;
  }

  open(path: string, flags: number): number {
    return this.#now("open", () => {
      this.#refuseDescriptor();
      const inode = this.#context.disk.get(path);
      const writable = (flags & O_RDWR) !== 0;
      if (writable && inode.isFolder) throw systemError("EISDIR");
      if (writable && this.#context.troubles.readOnly) throw systemError("EROFS");
      return this.#descriptor(inode, writable);
    });
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  fstat(fd: number): FileFacts {
    return this.#now("look", () => facts(this.#file(fd).inode));
  }

  lstat(path: string): FileFacts | undefined {
    return this.#now("look", () => {
      const inode = this.#context.disk.find(path);
      return inode && facts(inode);
    });
  }

  read(fd: number, buffer: Buffer, position: number): number {
    return this.#now("look", () => {
      const content = this.#file(fd).inode.content();
      return content.copy(buffer, 0, position, position + buffer.length);
    });
  }

  list(directory: string): string[] {
    return this.#now("look", () => this.#context.disk.list(directory));
  }

  realpath(path: string): string {
    this.#context.disk.get(path);
    return path;
  }

  type(_path: string): number {
    return EXT4;
  }

  create(path: string): Promise<number> {
    return this.#later("write", USUAL_MS, () => {
      this.#refuseDescriptor();
      this.#refuseWrite();
      if (this.#context.troubles.full) throw systemError("ENOSPC");
      return this.#descriptor(this.#context.disk.make(path, false), true);
    });
  }

  append(fd: number, bytes: Buffer): Promise<number> {
    const copy = Buffer.from(bytes);
    return this.#later("append", USUAL_MS, (fault) => this.#append(fd, copy, fault));
  }

  appendNow(fd: number, bytes: Buffer): number {
    const { process, troubles } = this.#context;
    const written = this.#now("append", (fault) => this.#append(fd, bytes, fault));
    // A disk that hangs keeps whoever waits for it.
    const hungMs = troubles.hungUntilMs - process.machine.agenda.nowMs;
    if (hungMs > 0) process.stop(hungMs);
    return written;
  }

  datasync(fd: number): Promise<void> {
    return this.#sync(fd);
  }

  sync(fd: number): Promise<void> {
    return this.#sync(fd);
  }

  link(from: string, to: string): Promise<void> {
    return this.#later("write", USUAL_MS, () => {
      this.#refuseWrite();
      this.#context.disk.link(from, to);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#later("write", USUAL_MS, () => {
      this.#refuseWrite();
      this.#context.disk.rename(from, to);
    });
  }

  unlink(path: string): Promise<void> {
    return this.#later("write", USUAL_MS, () => {
      this.#refuseWrite();
      this.#context.disk.unlink(path);
    });
  }

  makeDirectory(path: string): Promise<void> {
    return this.#later("write", USUAL_MS, () => {
      this.#refuseWrite();
      this.#context.disk.make(path, true);
    });
  }

  #sync(fd: number): Promise<void> {
    return this.#later("sync", SYNC_MS, (fault) => {
      const file = this.#file(fd);
      const { inode } = file;
      if (fault === "torn" && !inode.isFolder) this.#context.onLost(inode);
      if (inode.failures > file.told) {
        file.told = inode.failures;
        throw systemError("EIO");
      }
      this.#context.disk.sync(inode);
    });
  }

  #append(fd: number, bytes: Buffer, fault: CallFault): number {
    const { inode, writable } = this.#file(fd);
    const { disk, troubles, random } = this.#context;
    if (!writable || troubles.readOnly) throw systemError("EBADF");
    // The last block may still have room for a part.
    const isShort = fault === "torn" || troubles.full;
    const length = isShort ? random.below(bytes.length) : bytes.length;
    if (length === 0) throw systemError("ENOSPC");
    disk.append(inode, bytes.subarray(0, length));
    return length;
  }

  #refuseWrite(): void {
    if (this.#context.troubles.readOnly) throw systemError("EROFS");
  }

  #refuseDescriptor(): void {
    const { process, onFault } = this.#context;
    if (process.machine.agenda.nowMs >= process.exhaustedUntilMs) return;
    onFault("EMFILE");
    throw systemError("EMFILE");
  }

  #descriptor(inode: Inode, writable: boolean): number {
    this.#lastFd += 1;
    this.#open.set(this.#lastFd, { inode, writable, told: 0 });
    return this.#lastFd;
  }

  #file(fd: number): OpenFile {
    const file = this.#open.get(fd);
    if (file === undefined) throw systemError("EBADF");
    return file;
  }

  /** A call that is answered at once. What only looks is answered from memory, and seldom fails. */
  #now<T>(kind: string, effect: (fault: CallFault) => T): T {
    const { process, random, onFault, rates } = this.#context;
    if (!process.alive) throw systemError("EGONE");
    const fault = kind === "append" || random.chance(0.02) ? drawFault(rates(), random) : "none";
    if (fault === "none" || fault === "slow") return effect("none");
    onFault(`${kind} ${fault}`);
    if (fault === "torn") return effect(fault);
    if (fault === "crash-before") process.kill();
    if (fault === "crash-before" || fault === "fail-before") throw systemError("EIO");
    const answer = effect("none");
    if (fault === "crash-after") process.kill();
    // What looked and failed has no effect that could be told apart.
    if (kind !== "append") return answer;
    throw systemError("EIO");
  }

  #later<T>(kind: string, usualMs: number, effect: (fault: CallFault) => T): Promise<T> {
    const { process, random, onFault, rates, troubles } = this.#context;
    return new Promise((resolve, reject) => {
      if (!process.alive) return;
      const drawn = rates();
      const fault = drawFault(drawn, random);
      if (fault !== "none") onFault(`${kind} ${fault}`);
      const delayMs = (fault === "slow" ? random.next() * drawn.longestDelayMs : 0) + usualMs * (0.2 + random.next());
      const { agenda } = process.machine;
      const act = (): void => {
        if (agenda.nowMs < troubles.hungUntilMs) return void agenda.at(troubles.hungUntilMs + random.next(), act);
        // The kernel goes on with what a process has asked for, also when the process stands or has just died.
        if (!process.alive && (process.identity.bootId !== process.machine.bootId || random.chance(0.5))) return;
        if (fault === "crash-before") return process.kill();
        if (fault === "fail-before") return answer(() => reject(systemError("EIO")));
        let outcome: () => void;
        try {
          const value = effect(fault);
          outcome = fault === "fail-after" ? () => reject(systemError("EIO")) : () => resolve(value);
        } catch (error) {
          outcome = () => reject(asError(error));
        }
        if (fault === "crash-after") return process.kill();
        answer(outcome);
      };
      const answer = (tell: () => void): void => process.later(random.next() * 0.2, tell);
      agenda.after(delayMs, act);
    });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function facts({ ino, isFolder, size, mtimeMs }: Inode): FileFacts {
  return {
    dev: 1n,
    ino,
    uid: USER,
    mode: isFolder ? S_IFDIR | 0o700 : S_IFREG | 0o600,
    size,
    mtimeMs,
  };
}
