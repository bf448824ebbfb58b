import { existsSync } from "node:fs";
import { join } from "node:path";
import { workspaceRoot } from "./workspace.ts";

/** The releases of Node that the packages must run on; newer ones are optional dependencies of @tenure/nodes. */
export interface NodeRelease {
  readonly title: string;
  readonly path: string;
  readonly present: boolean;
  /** Runs TypeScript by leaving its types out, without a flag. */
  readonly stripsTypes: boolean;
}

export const nodeReleases: readonly NodeRelease[] = [
  { title: `Node ${process.versions.node}`, path: process.execPath, present: true, stripsTypes: false },
  ...["node22", "node24"].map((alias) => {
    const path = join(workspaceRoot, "tools/nodes/node_modules", alias, "bin/node");
    return { title: alias, path, present: existsSync(path), stripsTypes: true };
  }),
];
