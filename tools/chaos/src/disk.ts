import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the state folder lies: a small file system of its own where one can be mounted, so that it can be full or hang. */
export class Disk {
  readonly folder: string;
  readonly #mount: string | null;

  constructor(folder: string) {
    const mount = join(folder, "disk");
    const image = join(folder, "image");
    mkdirSync(mount);
    writeFileSync(image, Buffer.alloc(SIZE_BYTES));
    const isMounted = run("mkfs.ext4", "-q", "-F", image) && run("mount", "-o", "loop", image, mount);
    this.#mount = isMounted ? mount : null;
    this.folder = join(isMounted ? mount : folder, "state");
  }

  get canBeFull(): boolean {
    return this.#mount !== null;
  }

  fill(): void {
    if (this.#mount === null) return;
    const { bavail, bsize } = statfsSync(this.#mount);
    // The last blocks as well: what does not fit any more is cut off.
    run("dd", "if=/dev/zero", `of=${this.#ballast}`, `bs=${bsize}`, `count=${bavail + 1_000}`);
  }

  empty(): void {
    rmSync(this.#ballast, { force: true });
  }

  get #ballast(): string {
    return join(this.#mount ?? "", "ballast");
  }

  freeze(): void {
    if (this.#mount !== null) run("fsfreeze", "-f", this.#mount);
  }

  thaw(): void {
    if (this.#mount !== null) run("fsfreeze", "-u", this.#mount);
  }

  unmount(): void {
    this.thaw();
    if (this.#mount !== null && !run("umount", this.#mount)) run("umount", "-l", this.#mount);
  }
}

const SIZE_BYTES = 64 << 20;

function run(program: string, ...args: string[]): boolean {
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
  return spawnSync(program, args, { env, stdio: "ignore", timeout: 30_000 }).status === 0;
}
