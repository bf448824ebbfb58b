import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env as ownEnv } from "node:process";

/** Also where an ordinary user's PATH does not lead: mkfs and xfs_io. */
export const env: NodeJS.ProcessEnv = { ...ownEnv, PATH: `${ownEnv["PATH"] ?? ""}:/usr/sbin:/sbin` };

/** Runs a program of the system; throws with what it said when it fails. */
export function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });
}

export function succeeds(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { env, stdio: "ignore", timeout: 30_000 }).status === 0;
}

/** Why there can be no disk of a type here; `null` when there can. */
export function missingFor(type: DiskType): string | null {
  const programs = [`mkfs.${type}`, "xfs_io", "umount"].filter((program) => !succeeds("which", program));
  if (programs.length > 0) return `needs ${programs.join(", ")}`;
  const folder = mkdtempSync(join(tmpdir(), "tenure-mount-"));
  const mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  if (mounted) run("umount", folder);
  rmdirSync(folder);
  return mounted ? null : "needs the right to mount file systems";
}

export type DiskType = "ext4" | "xfs";
export const diskTypes: readonly DiskType[] = ["ext4", "xfs"];
