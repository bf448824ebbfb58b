import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskType } from "./machine.ts";
import { env, run, succeeds } from "./machine.ts";

/** A switch that is ready to take the power away: within a fraction of a millisecond, since its program runs already. */
export interface Switch {
  /** `flushLog`: what the file system had in its log reaches the disk, as if the cut came a little later. */
  cut(flushLog: boolean): Promise<void>;
}

/** A file system of its own, in a file. */
export class Disk {
  readonly folder: string;
  readonly #type: DiskType;
  readonly #place: string;
  #image: string;
  #images = 0;

  constructor(type: DiskType) {
    this.#type = type;
    this.#place = mkdtempSync(join(tmpdir(), "tenure-disk-"));
    this.folder = join(this.#place, "mounted");
    mkdirSync(this.folder);
    this.#image = join(this.#place, "image-0");
    // The smallest that mkfs.xfs makes.
    run("truncate", "-s", type === "xfs" ? "320M" : "96M", this.#image);
    run(`mkfs.${type}`, "-q", this.#image);
    this.#mount();
    run("chmod", "0700", this.folder);
  }

  switch(): Switch {
    const child = spawn("xfs_io", ["-x", this.folder], { env, stdio: ["pipe", "ignore", "inherit"] });
    const ended = once(child, "close");
    return {
      cut: async (flushLog) => {
        child.stdin.end(flushLog ? "shutdown -f\nquit\n" : "shutdown\nquit\n");
        await ended;
      },
    };
  }

  /** Mounts what was on the disk when the power went. Everyone who used it has ended. */
  powerOn(): void {
    const before = this.#image;
    this.#images += 1;
    this.#image = join(this.#place, `image-${this.#images}`);
    // A copy from before the dead file system is unmounted, which might still write something.
    run("cp", "--sparse=always", before, this.#image);
    this.#unmount();
    rmSync(before);
    this.#mount();
  }

  remove(): void {
    this.#unmount();
    rmSync(this.#place, { recursive: true, force: true, maxRetries: 3 });
  }

  #mount(): void {
    run("mount", "-o", this.#type === "xfs" ? "loop,nouuid" : "loop", this.#image, this.folder);
  }

  #unmount(): void {
    // Lazily, since a process that has just ended is not gone for the kernel yet.
    if (!succeeds("umount", this.folder)) succeeds("umount", "-l", this.folder);
  }
}
