import { createHash } from "node:crypto";
import { UPTIME_PATH } from "./clock.ts";
import { fileSystemOf, procIsOurs, readStat } from "./proc-files.ts";
import { attempt, systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";
import { randomToken } from "./random-token.ts";
import { remembered } from "./remembered.ts";

const BOOT_ID_PATH = "/proc/sys/kernel/random/boot_id";

/** Heads a boot id that somebody other than the kernel made up: it may differ within one boot. */
const PRIVATE = "private:";
/** Heads the stand-in for a boot id that could not be read: it equals no other. */
const NONE = "none:";

/** For systems that have none; made once, so that a process always agrees with itself. */
let standIn: string | undefined;

/**
 * Changes at each boot. Some container managers (systemd-nspawn, lxcfs) mount an id of their own over the kernel's; such a one
 * starts with `private:`, and an unreadable one with `none:`. Neither ever proves that a boot is over.
 */
export function bootId(reader: ProcReader = systemHost): string {
  return rememberedBootId(reader);
}

const rememberedBootId = remembered((reader): string => {
  if (reader.platform === "darwin") return attempt(() => reader.bootSession()) || ownBoot();
  const id = attempt(() => reader.readFile(BOOT_ID_PATH))?.trim();
  if (!id) return ownBoot();
  return fileSystemOf(reader, BOOT_ID_PATH) === "proc" ? id : PRIVATE + id;
});

function ownBoot(): string {
  standIn ??= NONE + randomToken();
  return standIn;
}

/** Whether another boot id than this one means another boot. */
export function isKernelBootId(id: string): boolean {
  return !id.startsWith(PRIVATE) && !id.startsWith(NONE);
}

export interface HostId {
  readonly id: string;
  readonly source: "machine-id" | "hostname";
}

/**
 * The machine, as its operating system names it for good. `/etc/machine-id` is confidential by its own manual, so only a
 * salted hash of it leaves the machine. Containers of one image may share it: it never proves that two processes are neighbours.
 */
export function hostIdWithSource(reader: ProcReader = systemHost): HostId {
  const machineId = attempt(() => reader.readFile("/etc/machine-id"))?.trim();
  if (machineId && /^[0-9a-f]{32}$/u.test(machineId)) return { id: digest(machineId), source: "machine-id" };
  return { id: `name-${digest(reader.hostname())}`, source: "hostname" };
}

export function hostId(reader: ProcReader = systemHost): string {
  return hostIdWithSource(reader).id;
}

/** The namespace that numbers this process and those it can name; `null` where the system has none or hides it. */
export function pidNamespace(reader: ProcReader = systemHost): string | null {
  return rememberedPidNamespace(reader);
}

const rememberedPidNamespace = remembered((reader) => attempt(() => reader.readLink("/proc/self/ns/pid")));

/**
 * The namespace that offsets this process's boot-time clock, and with it every start time it reads. Some container managers
 * (lxcfs) mount an uptime over the kernel's that counts from the start of each container: there it starts with `private:` and
 * names the container's first process as well, so that times are compared within one container alone.
 */
export function timeNamespace(reader: ProcReader = systemHost): string | null {
  return rememberedTimeNamespace(reader);
}

const rememberedTimeNamespace = remembered((reader) => {
  const namespace = attempt(() => reader.readLink("/proc/self/ns/time"));
  if (namespace === null || fileSystemOf(reader, UPTIME_PATH) === "proc") return namespace;
  // Without it the system tells the machine's uptime instead.
  const isToBeHad = attempt(() => reader.readFile(UPTIME_PATH)) !== null && procIsOurs(reader);
  const startTime = isToBeHad ? readStat(reader, 1)?.startTime : undefined;
  // The number of a namespace is used again after its end, a start time is not.
  const origin = startTime === undefined ? randomToken() : `${pidNamespace(reader)}:${startTime}`;
  return `${PRIVATE}${namespace}:${origin}`;
});

/** Whether the uptime counts from a container's start, and not from the machine's. */
export function isPrivateTime(namespace: string | null): boolean {
  return namespace?.startsWith(PRIVATE) === true;
}

function digest(text: string): string {
  return createHash("sha256").update(`@tenure/host ${text}`).digest("hex").slice(0, 32);
}
