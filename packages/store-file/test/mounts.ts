import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { TestContext } from "vitest";
import { temporaryFolder } from "./support.ts";

const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

/** Runs a program of the system; throws with what it said when it fails. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    env: { ...process.env, PATH },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Whether a program of the system ends well. */
export function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { env: { ...process.env, PATH } }).status === 0;
}

/** Skips the test, saying why, where these programs or the right to mount are not to be had. */
export function needMounts(context: TestContext, ...programs: string[]): void {
  const missing = programs.filter((program) => !succeeds("which", program));
  context.skip(missing.length > 0, `needs ${missing.join(", ")}`);
  const folder = temporaryFolder();
  const mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  if (mounted) run("umount", folder);
  context.skip(!mounted, "needs the right to mount file systems");
}

/** A mounted tmpfs that is gone after the test. */
export function mountTmpfs(options: string): string {
  const folder = temporaryFolder();
  run("mount", "-t", "tmpfs", "-o", `${options},mode=0700`, "tmpfs", folder);
  onTestFinished(() => unmount(folder));
  return folder;
}

export interface Disk {
  readonly folder: string;
  /** Takes the power away, in one of the ways of `xfs_io`'s command, and mounts what was on the disk at that moment. */
  cut(command: string, whileDark: () => Promise<unknown>): Promise<void>;
}

/** A disk of its own, in a file. */
export function makeDisk(type: "ext4" | "xfs"): Disk {
  const place = temporaryFolder();
  const folder = join(place, "mounted");
  mkdirSync(folder);
  let image = join(place, "image-0");
  run("truncate", "-s", type === "xfs" ? "320M" : "32M", image);
  run(`mkfs.${type}`, "-q", image);
  const mount = (): string => run("mount", "-o", type === "xfs" ? "loop,nouuid" : "loop", image, folder);
  mount();
  onTestFinished(() => unmount(folder));
  run("chmod", "0700", folder);
  let cuts = 0;
  const cut = async (command: string, whileDark: () => Promise<unknown>): Promise<void> => {
    run("xfs_io", "-x", "-c", command, folder);
    await whileDark();
    cuts += 1;
    const before = image;
    image = join(place, `image-${cuts}`);
    // A copy, since another mount namespace may keep the dead file system of the first one alive for a while.
    run("cp", "--sparse=always", before, image);
    unmount(folder);
    mount();
  };
  return { folder, cut };
}

function unmount(folder: string): void {
  // Lazily, since a process that has just ended is not gone for the kernel yet.
  succeeds("umount", "-l", folder);
}
