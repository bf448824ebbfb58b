import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeOtherBuild } from "@tenure/histories";
import { temporaryFolder } from "./place.ts";

/** A build of another schema version. Answers with its member to start. */
export function otherBuild(version: `${number}.${number}`): string {
  const root = temporaryFolder();
  makeOtherBuild(root, version, ["schema", "core", "host", "store-file", "heartbeat"]);
  const children = join(root, "children");
  cpSync(fileURLToPath(new URL("../children", import.meta.url)), children, { recursive: true });
  return join(children, "member.mjs");
}
