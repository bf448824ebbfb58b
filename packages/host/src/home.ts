import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

/** This user's home; where `HOME` is empty or no whole path, what the system has on record, and never something below wherever one happens to be. */
export function homeDirectory(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}
