import { chownSync, readFileSync, writeFileSync } from "node:fs";

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whoever is to run a server that refuses to run as root: its own user where the system has one. `null` when this is not root. */
export function unprivilegedUser(name: string): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([user]) => user === name) ?? users.find(([user]) => user === "nobody") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`root may not run ${name}, and there is no user for it`);
  return { uid: Number(uid), gid: Number(gid) };
}

export function giveTo(user: SystemUser | null, path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}

/** A file that nobody but `user` reads. Its path comes back. */
export function fileFor(user: SystemUser | null, path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  giveTo(user, path);
  return path;
}
