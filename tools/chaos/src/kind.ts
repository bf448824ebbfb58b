import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeOtherBuild, WORKER } from "@tenure/histories";

/** Where members of a kind are started, and as what. */
export interface Place {
  /** For what has to be made first. */
  readonly folder: string;
  /** The store is reached by a network. */
  readonly isServer: boolean;
}

/** One way to be a member: what is run, up to the script's argument. */
export interface Kind {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The process that matters is the only child of the one that is started. */
  readonly isWrapped: boolean;
  /** What it writes beside what this build knows. */
  readonly newFields?: object;
}

const PACKAGES = [
  "schema",
  "core",
  "host",
  "store-file",
  "store-etcd",
  "store-nats",
  "store-postgres",
  "store-redis",
] as const;

/** All that can be had here; what is missing by its reason. */
export function kindsIn({ folder, isServer }: Place): { kinds: Kind[]; missing: Record<string, string> } {
  const plain: Kind = { name: "as started", command: [process.execPath, WORKER], isWrapped: false };
  const newer: Kind = {
    name: "of a newer minor version",
    command: [process.execPath, newerWorker(join(folder, "newer"))],
    isWrapped: false,
    newFields: { region: { name: "north", since: "1.9" } },
  };
  // Its clock is that of all others in another namespace, so that what it records has their time.
  const apart = ["--pid", "--mount-proc", "--time", "--ipc", "--uts", ...(isServer ? [] : ["--net"])];
  const unshare = ["unshare", "--fork", "--kill-child", ...apart] as const;
  const separate: Kind = {
    name: "in namespaces of its own",
    command: [...unshare, process.execPath, WORKER],
    isWrapped: true,
  };
  const isRoot = spawnSync(unshare[0], [...unshare.slice(1), "true"], { stdio: "ignore" }).status === 0;
  if (isRoot) return { kinds: [plain, separate, newer], missing: {} };
  return { kinds: [plain, newer], missing: { [separate.name]: "needs the right to make namespaces (root)" } };
}

/** The same script, on packages that say they are of a newer minor version. */
function newerWorker(root: string): string {
  mkdirSync(root);
  makeOtherBuild(root, "1.9", PACKAGES);
  cpSync(dirname(WORKER), join(root, "worker"), { recursive: true });
  // Its files are modules, as in the package they come from.
  cpSync(join(dirname(WORKER), "../package.json"), join(root, "package.json"));
  return join(root, "worker", "worker.js");
}
