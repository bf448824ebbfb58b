import * as fs from "node:fs";
import { getuid } from "node:process";

/** What is known of a file without opening it. */
export interface FileFacts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: number;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Every file call of this package, so that each can be made to fail in a test.
 *
 * What only looks is synchronous: it is answered from the kernel's caches in microseconds, also while a disk hangs. What changes
 * something is asynchronous, since a hung disk must not stop a holder's event loop; the one exception is `appendNow`.
 */
export interface FileSystem {
  /** Whose files are one's own; `undefined` where files have no owners. */
  user(): number | undefined;
  open(path: string, flags: number): number;
  close(fd: number): void;
  fstat(fd: number): FileFacts;
  /** `undefined`: there is nothing. Links are not followed. */
  lstat(path: string): FileFacts | undefined;
  /** Fills `buffer` from `position` as far as there is anything. */
  read(fd: number, buffer: Buffer, position: number): number;
  list(directory: string): string[];
  realpath(path: string): string;
  /** The file system's magic number. */
  type(path: string): number;
  /** A new file that only its owner may read, whatever the umask. Never an existing one. */
  create(path: string): Promise<number>;
  append(fd: number, bytes: Buffer): Promise<number>;
  /** As `append`, at once: for a candidate, which has nothing running on the strength of the lease. */
  appendNow(fd: number, bytes: Buffer): number;
  datasync(fd: number): Promise<void>;
  sync(fd: number): Promise<void>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** A new folder that only its owner may enter, whatever the umask. */
  makeDirectory(path: string): Promise<void>;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = fs.constants;

/** Never through a link, and never waiting for the other end of a pipe. Node sets close-on-exec itself. */
export const READ_FLAGS: number = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
export const APPEND_FLAGS: number = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const CREATE_FLAGS = O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW;

/** The files of this machine. */
export const systemFiles: FileSystem = {
  user: () => getuid?.(),
  open: (path, flags) => fs.openSync(path, flags),
  close: (fd) => fs.closeSync(fd),
  fstat: (fd) => facts(fs.fstatSync(fd, { bigint: true })),
  lstat: (path) => {
    const found = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return found && facts(found);
  },
  read: (fd, buffer, position) => {
    let filled = 0;
    while (filled < buffer.length) {
      const count = fs.readSync(fd, buffer, filled, buffer.length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  },
  list: (directory) => fs.readdirSync(directory),
  realpath: (path) => fs.realpathSync.native(path),
  // The kernel's number is unsigned and Node's is not on every platform.
  type: (path) => fs.statfsSync(path).type >>> 0,
  create: async (path) => {
    const fd = await promised<number>((done) => fs.open(path, CREATE_FLAGS, 0o600, done));
    try {
      await promised<void>((done) => fs.fchmod(fd, 0o600, done));
      return fd;
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  },
  append: (fd, bytes) => promised<number>((done) => fs.write(fd, bytes, 0, bytes.length, null, done)),
  appendNow: (fd, bytes) => fs.writeSync(fd, bytes),
  datasync: (fd) => promised<void>((done) => fs.fdatasync(fd, done)),
  sync: (fd) => promised<void>((done) => fs.fsync(fd, done)),
  link: (from, to) => promised<void>((done) => fs.link(from, to, done)),
  rename: (from, to) => promised<void>((done) => fs.rename(from, to, done)),
  unlink: (path) => promised<void>((done) => fs.unlink(path, done)),
  makeDirectory: async (path) => {
    await promised<void>((done) => fs.mkdir(path, 0o700, done));
    await promised<void>((done) => fs.chmod(path, 0o700, done));
  },
};

/** The callback functions of `node:fs` cost half of what its promises do. */
function promised<T>(call: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error === null ? resolve(value as T) : reject(error)));
  });
}

function facts(stats: fs.BigIntStats): FileFacts {
  const { dev, ino, uid, mode, size, mtimeMs } = stats;
  return { dev, ino, uid: Number(uid), mode: Number(mode), size: Number(size), mtimeMs: Number(mtimeMs) };
}

export function isRegularFile(file: FileFacts): boolean {
  return (file.mode & fs.constants.S_IFMT) === fs.constants.S_IFREG;
}

export function isDirectory(file: FileFacts): boolean {
  return (file.mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR;
}

export function isSocket(file: FileFacts): boolean {
  return (file.mode & fs.constants.S_IFMT) === fs.constants.S_IFSOCK;
}

export function kindOf(file: FileFacts): string {
  const { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } = fs.constants;
  switch (file.mode & S_IFMT) {
    case S_IFREG:
      return "a file";
    case S_IFDIR:
      return "a folder";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    case S_IFBLK:
    case S_IFCHR:
      return "a device";
    default:
      return "no file";
  }
}
