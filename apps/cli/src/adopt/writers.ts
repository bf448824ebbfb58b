import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Who could have written a file, as far as this user may see. */
export function writersOf(
  path: string,
  uid: number,
): { readonly user: string | null; readonly openIn: readonly string[] } {
  return { user: userName(uid), openIn: programsWithOpen(path) };
}

function userName(uid: number): string | null {
  const accounts = attempt(() => readFileSync("/etc/passwd", "utf8")) ?? "";
  for (const line of accounts.split("\n")) {
    const [name, , id] = line.split(":");
    if (id === String(uid) && name !== undefined) return name;
  }
  return null;
}

const SHOWN = 4;

/** Other processes of which the kernel says that they have the file open; most writers have closed it by then. */
function programsWithOpen(path: string): string[] {
  const found: string[] = [];
  for (const pid of attempt(() => readdirSync("/proc")) ?? []) {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) continue;
    const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    if (!descriptors.some((each) => attempt(() => readlinkSync(`/proc/${pid}/fd/${each}`)) === path)) continue;
    const name = attempt(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim()) ?? "unknown";
    found.push(`process ${pid} (${name})`);
    if (found.length === SHOWN) break;
  }
  return found;
}

/** A process may end, or be another user's. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
