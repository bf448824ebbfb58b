import { basename, dirname, join, resolve } from "node:path";
import { LeaseError } from "@tenure/core";
import { attempt, errorCode, storeFailure } from "./failure.ts";
import { isDirectory, kindOf } from "./file-system.ts";
import type { FileFacts, FileSystem } from "./file-system.ts";
import { syncDirectory } from "./open-file.ts";

const GROUP_OR_WORLD_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * A folder that is this user's alone, created with its parents where it is not there. Answers with its real path.
 * @throws LeaseError `EPERMISSION` for a link, a foreign owner, or a folder, here or above, in which others may replace things.
 */
export async function ownDirectory(files: FileSystem, path: string, insecure = false): Promise<string> {
  const wanted = resolve(path);
  await create(files, wanted);
  return standingDirectory(files, wanted, insecure);
}

/** As `ownDirectory`, for a folder that must be there. */
export function standingDirectory(files: FileSystem, wanted: string, insecure = false): string {
  const found = attempt(`look at ${wanted}`, () => files.lstat(wanted));
  if (found === undefined) throw new LeaseError("ESTOREUNAVAILABLE", `${wanted} was removed while it was opened`);
  if (!isDirectory(found))
    throw new LeaseError(
      "EPERMISSION",
      `${wanted} is ${kindOf(found)}, and the state folder must be a folder itself; name the real one`,
    );
  const real = attempt(`resolve ${wanted}`, () => files.realpath(wanted));
  if (!insecure) refuseUnsafe(files, real, found);
  return real;
}

async function create(files: FileSystem, path: string): Promise<void> {
  if (attempt(`look at ${path}`, () => files.lstat(path)) !== undefined || dirname(path) === path) return;
  await create(files, dirname(path));
  try {
    await files.makeDirectory(path);
    await syncDirectory(files, dirname(path));
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw storeFailure(error, `create the folder ${path}`);
  }
}

function refuseUnsafe(files: FileSystem, path: string, found: FileFacts): void {
  const user = files.user();
  if (user === undefined) return;
  if (found.uid !== user)
    throw new LeaseError(
      "EPERMISSION",
      `${path} belongs to user ${found.uid}, and this process is user ${user}; run as its owner, or choose another folder`,
    );
  if ((found.mode & GROUP_OR_WORLD_WRITE) !== 0)
    throw new LeaseError(
      "EPERMISSION",
      `${path} may be written by others, who could take any lease in it; run: chmod 700 ${path}`,
    );
  for (let above = dirname(path); ; above = dirname(above)) {
    const facts = attempt(`look at ${above}`, () => files.lstat(above));
    if (facts !== undefined) refuseUnsafeParent(path, above, facts, user);
    if (dirname(above) === above) return;
  }
}

/** As ssh does: whoever may rename a parent may replace all that is in it. */
function refuseUnsafeParent(path: string, parent: string, facts: FileFacts, user: number): void {
  if (facts.uid !== user && facts.uid !== 0)
    throw new LeaseError(
      "EPERMISSION",
      `${path} lies in ${parent}, which belongs to user ${facts.uid}, who could replace it; choose another folder`,
    );
  if ((facts.mode & GROUP_OR_WORLD_WRITE) !== 0 && (facts.mode & STICKY) === 0)
    throw new LeaseError(
      "EPERMISSION",
      `${path} lies in ${parent}, where others may replace it; run: chmod go-w ${parent}`,
    );
}

/** Magic numbers of statfs(2). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x00006969, "nfs"],
  [0x0000517b, "smb"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x65735546, "fuse"],
  [0x01021997, "9p"],
  [0x00c36400, "ceph"],
  [0x0bd00bd0, "lustre"],
  [0x47504653, "gpfs"],
  [0x01161970, "gfs2"],
  [0x7461636f, "ocfs2"],
  [0x5346414f, "afs"],
  [0x73757245, "coda"],
  [0x786f4256, "vboxsf"],
  [0x6b414653, "kafs"],
  [0x7c7c6673, "prl_fs"],
  [0xbacbacbc, "vmhgfs"],
  [0x19830326, "beegfs"],
  [0x20030528, "orangefs"],
  [0xaad7aaea, "panfs"],
  [0xbeefdead, "snfs"],
  [0x61636673, "acfs"],
  [0x013111a8, "ibrix"],
  [0x0000564c, "ncp"],
]);

const LOCAL_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x0000ef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0xf2f52010, "f2fs"],
  [0x2fc12fc1, "zfs"],
  [0xca451a4e, "bcachefs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlay"],
]);

/** What kind of file system a folder is on, as far as its number is known; `network`: other machines may write to it. */
export function fileSystemOf(
  files: FileSystem,
  directory: string,
): { readonly name: string; readonly network: boolean; readonly known: boolean } {
  const type = attempt(`ask for the file system of ${directory}`, () => files.type(directory));
  const network = NETWORK_FILE_SYSTEMS.get(type);
  const known = network ?? LOCAL_FILE_SYSTEMS.get(type);
  return { name: known ?? `0x${type.toString(16)}`, network: network !== undefined, known: known !== undefined };
}

/** @throws LeaseError `EFSUNSUPPORTED` on a file system that other machines may write to. */
export function refuseNetwork(files: FileSystem, directory: string): void {
  const { name, network } = fileSystemOf(files, directory);
  if (network)
    throw new LeaseError(
      "EFSUNSUPPORTED",
      `${directory} is on ${name}, where appending is not atomic between machines and a holder's death is not told; choose a folder on a local disk, or allow network file systems knowing that two machines may then lead at once`,
    );
}

/** Where the floor of a state folder is kept unless it is said: one folder for each state folder, outside of it. */
export function defaultFloorDirectory(
  directory: string,
  environment: NodeJS.ProcessEnv,
  home: string,
  digest: string,
): string {
  const state = environment["XDG_STATE_HOME"];
  const base = state !== undefined && state.startsWith("/") ? state : join(home, ".local", "state");
  return join(base, "tenure-floors", `${basename(directory)}-${digest}`);
}
