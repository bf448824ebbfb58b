import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { platform } from "node:process";
import { LeaseError } from "@tenure/core";
import type { Vigil } from "@tenure/core";
import { errorCode, storeFailure } from "./failure.ts";
import { isSocket, kindOf, READ_FLAGS } from "./file-system.ts";
import type { FileSystem } from "./file-system.ts";
import { layout, numbersOf, socketStem } from "./layout.ts";

/** What a Unix socket's address holds, without its closing NUL: 108 bytes on Linux, 104 elsewhere. */
const ADDRESS_MAX_BYTES = 103;
/** Who comes after these finds the door closed, looks, and waits for the journal to change. */
const CONNECTIONS_MAX = 256;

interface Kept {
  close(): Promise<void>;
}

/**
 * A Unix socket that a holder listens on. Those who wait connect, and say and hear nothing; when the holder's process ends, however
 * it ends, the kernel closes the connection. A stopped or busy holder keeps it.
 */
export class SocketVigil implements Vigil {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #kept = new Set<Kept>();
  #directoryFd: number | null = null;

  constructor(files: FileSystem, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  async keep(name: string, epoch: number): Promise<Kept> {
    const path = join(this.#directory, layout.socket(name, epoch));
    try {
      await this.#removeEarlier(name, epoch);
      const address = this.#address(layout.socket(name, epoch));
      // Left by a process that was killed, or kept by another one for the same term.
      if (this.#isSocket(path) && !(await isKept(address))) await this.#files.unlink(path);
      const door = await openDoor(address);
      const kept = { close: () => (this.#kept.delete(kept) ? door.close() : Promise.resolve()) };
      this.#kept.add(kept);
      return kept;
    } catch (error) {
      if (errorCode(error) === "EADDRINUSE") return { close: () => Promise.resolve() };
      throw storeFailure(error, `listen on ${path}`, { name, epoch });
    }
  }

  attend(name: string, epoch: number, onEnd: () => void): () => void {
    let attending = true;
    const end = (): void => {
      if (attending) onEnd();
      attending = false;
    };
    let path: string;
    try {
      path = this.#address(layout.socket(name, epoch));
    } catch {
      // It is a hint: where none can be had, as without a descriptor left, whoever waits looks more often.
      queueMicrotask(end);
      return () => {
        attending = false;
      };
    }
    // Half open, it is not torn down at its end, but by whoever leaves: first things first.
    const socket = connect({ path, allowHalfOpen: true });
    socket.unref().resume();
    socket.on("error", end).on("end", end).on("close", end);
    return () => {
      attending = false;
      socket.destroy();
    };
  }

  /** Ends all that is kept here. */
  async close(): Promise<void> {
    await Promise.all([...this.#kept].map((kept) => kept.close()));
    if (this.#directoryFd !== null) this.#files.close(this.#directoryFd);
    this.#directoryFd = null;
  }

  /** A long path goes through the open folder, which the kernel names shortly. */
  #address(file: string): string {
    const path = join(this.#directory, file);
    if (Buffer.byteLength(path) <= ADDRESS_MAX_BYTES || platform !== "linux") return path;
    this.#forgetReplaced();
    this.#directoryFd ??= this.#files.open(this.#directory, READ_FLAGS);
    return join(`/proc/self/fd/${this.#directoryFd}`, file);
  }

  /** A folder that was removed and made again is another one. */
  #forgetReplaced(): void {
    if (this.#directoryFd === null) return;
    const [opened, now] = [this.#files.fstat(this.#directoryFd), this.#files.lstat(this.#directory)];
    if (now !== undefined && now.ino === opened.ino && now.dev === opened.dev) return;
    this.#files.close(this.#directoryFd);
    this.#directoryFd = null;
  }

  /** The sockets of earlier terms: a killed process leaves its file behind. */
  async #removeEarlier(name: string, epoch: number): Promise<void> {
    const earlier = numbersOf(this.#files.list(this.#directory), `${socketStem(name)}.`, ".sock").filter(
      (other) => other < epoch,
    );
    for (const other of earlier) {
      const path = join(this.#directory, layout.socket(name, other));
      if (this.#isSocket(path)) await this.#files.unlink(path).catch(() => {});
    }
  }

  /** `false`: there is nothing. */
  #isSocket(path: string): boolean {
    const found = this.#files.lstat(path);
    if (found === undefined || isSocket(found)) return found !== undefined;
    throw new LeaseError("EPERMISSION", `${path} is ${kindOf(found)} where a socket belongs; remove it`);
  }
}

function isKept(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => resolve((socket.destroy(), true)));
    socket.on("error", () => resolve(false));
  });
}

async function openDoor(address: string): Promise<Kept> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.unref().on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    // What is sent is thrown away; reading is how the other side's end is noticed.
    socket.resume();
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, address);
  server.unref();
  return { close: () => close(server, sockets) };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject).on("error", () => {});
      resolve();
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
