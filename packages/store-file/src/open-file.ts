import { basename, dirname } from "node:path";
import { LeaseError } from "@tenure/core";
import { attempt, corrupt, errorCode, shortWrite, storeFailure, unlessAbsent } from "./failure.ts";
import { APPEND_FLAGS, isRegularFile, kindOf, READ_FLAGS } from "./file-system.ts";
import type { FileFacts, FileSystem } from "./file-system.ts";
import { halfWay, linkTarget } from "./layout.ts";

const GROUP_OR_WORLD_WRITE = 0o022;
const READ_MAX_BYTES = 64 * 1024 * 1024;

interface Descriptor {
  readonly fd: number;
  readonly appendable: boolean;
}

/** An open file whose number is given back to the system only when nobody uses it any more. */
export class OpenFile {
  readonly fd: number;
  readonly path: string;
  readonly facts: FileFacts;
  /** Whether it was opened to be appended to. Where the file system was read-only it was not, and stays so. */
  readonly appendable: boolean;
  readonly #files: FileSystem;
  #users = 1;

  constructor(files: FileSystem, path: string, { fd, appendable }: Descriptor, facts: FileFacts) {
    this.#files = files;
    this.path = path;
    this.fd = fd;
    this.facts = facts;
    this.appendable = appendable;
  }

  retain(): this {
    // Its number may be another file's by now.
    if (this.#users === 0) throw new Error(`${this.path} is closed`);
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#files.close(this.fd);
  }

  /** What stands at the path, if it still is this very file. */
  look(): FileFacts | null {
    const found = attempt(`look at ${this.path}`, () => this.#files.lstat(this.path));
    return found !== undefined && found.ino === this.facts.ino && found.dev === this.facts.dev ? found : null;
  }

  /** @throws LeaseError `ESTATECORRUPT` for more than any file of ours holds, before memory is taken for it. */
  read(position: number, length: number): Buffer {
    if (length > READ_MAX_BYTES)
      throw corrupt(
        this.path,
        `${length} bytes to read, where no file of ours is so large`,
        "Look what wrote it, and put back a good copy.",
      );
    const buffer = Buffer.allocUnsafe(length);
    const filled = attempt(`read ${this.path}`, () => this.#files.read(this.fd, buffer, position));
    return buffer.subarray(0, filled);
  }
}

/**
 * Opens a regular file of ours that nobody else may write to; `null` when there is none.
 * @throws LeaseError `EPERMISSION` for links, pipes, devices, folders, and files of others.
 */
export function openOwnFile(files: FileSystem, path: string, access: "append" | "read"): OpenFile | null {
  const opened = attempt(`open ${path}`, () => unlessAbsent(null, () => openFor(access, files, path)));
  if (opened === null) return null;
  const { fd } = opened;
  try {
    const facts = files.fstat(fd);
    refuseForeign(files, path, facts);
    return new OpenFile(files, path, opened, facts);
  } catch (error) {
    files.close(fd);
    throw storeFailure(error, `open ${path}`);
  }
}

function openFor(access: "append" | "read", files: FileSystem, path: string): Descriptor {
  const toRead = (): Descriptor => ({ fd: files.open(path, READ_FLAGS), appendable: false });
  if (access === "read") return toRead();
  try {
    return { fd: files.open(path, APPEND_FLAGS), appendable: true };
  } catch (error) {
    // What stands can still be read; appending to it will fail, and say why.
    if (errorCode(error) === "EROFS") return toRead();
    throw error;
  }
}

function refuseForeign(files: FileSystem, path: string, facts: FileFacts): void {
  if (!isRegularFile(facts))
    throw new LeaseError("EPERMISSION", `${path} is ${kindOf(facts)} where a file belongs; remove it`);
  const user = files.user();
  if (user !== undefined && facts.uid !== user)
    throw new LeaseError("EPERMISSION", `${path} belongs to user ${facts.uid}, and this process is user ${user}`);
  if ((facts.mode & GROUP_OR_WORLD_WRITE) !== 0)
    throw new LeaseError("EPERMISSION", `${path} may be written by others; run: chmod 600 ${path}`);
}

/**
 * Makes a whole file appear at once, durably, where there is none: `false` if somebody else's is there already. Its content is
 * synced before it has its name, and the name before this returns. `mayAppear` is asked when nothing but the name is missing.
 */
export async function createWhole(
  files: FileSystem,
  path: string,
  content: string,
  randomToken: () => string,
  mayAppear: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const temporary = halfWay.toLink(path, randomToken());
  try {
    const fd = await files.create(temporary);
    try {
      const bytes = Buffer.from(content);
      const written = await files.append(fd, bytes);
      if (written !== bytes.length) throw shortWrite();
      await files.sync(fd);
    } finally {
      files.close(fd);
    }
    if (!(await mayAppear())) {
      await files.unlink(temporary).catch(() => {});
      return false;
    }
    await files.link(temporary, path);
  } catch (error) {
    await files.unlink(temporary).catch(() => {});
    // Whoever took the name first clears our temporary file away, and may have removed its own file since.
    const taken =
      errorCode(error) === "EEXIST" || (errorCode(error) === "ENOENT" && files.lstat(dirname(path)) !== undefined);
    if (taken) return false;
    throw storeFailure(error, `create ${path}`);
  }
  await syncDirectory(files, dirname(path));
  await removeTemporaries(files, path);
  return true;
}

/** Makes the names in a folder survive a power cut. */
export async function syncDirectory(files: FileSystem, directory: string): Promise<void> {
  try {
    const fd = files.open(directory, READ_FLAGS);
    await files.sync(fd).finally(() => files.close(fd));
  } catch (error) {
    throw storeFailure(error, `sync ${directory}`);
  }
}

/** Ours, and what processes that were killed half-way left: once the name is taken, none of them is of use. */
async function removeTemporaries(files: FileSystem, path: string): Promise<void> {
  const directory = dirname(path);
  const left = files.list(directory).filter((file) => linkTarget(file) === basename(path));
  await Promise.all(left.map((file) => files.unlink(`${directory}/${file}`).catch(() => {})));
}
