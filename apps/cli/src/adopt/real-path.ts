import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { LeaseError } from "@tenure/core";

/** The folder's real path, so that it is the same file from everywhere; a link in the file's own place is refused when it is read. */
export function realPath(file: string): string {
  try {
    return join(realpathSync(dirname(resolve(file))), basename(file));
  } catch (error) {
    throw new LeaseError("ESTOREUNAVAILABLE", `${file}: there is no such file`, {}, { cause: error });
  }
}

/** The same for a file that may be gone with its folder; then it is known by the name it had. */
export function whereverItWas(file: string): string {
  try {
    return realPath(file);
  } catch {
    return resolve(file);
  }
}
