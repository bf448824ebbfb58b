import { createHash } from "node:crypto";
import type { ProcessIdentity } from "@tenure/schema";
import { bootId, hostId, pidNamespace, timeNamespace } from "./machine.ts";
import { procIsOurs, readStat } from "./proc-files.ts";
import { errorCode, systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";
import { randomToken } from "./random-token.ts";

/** One a program run, however often it is asked for. */
const instanceId = randomToken();

/** There is no such process, or none that this one may know of. */
export class NoSuchProcessError extends Error {
  override readonly name = "NoSuchProcessError";
  readonly code = "ESRCH";
  readonly pid: number;

  constructor(pid: number) {
    super(`there is no process ${pid} here; is the number from another machine or container, or has it ended?`);
    this.pid = pid;
  }
}

export interface ProcessOptions {
  /** What people call the program. Default: none. */
  readonly serviceName?: string;
}

/** When a process started, in ticks since boot; tells a recycled number from the same process. `null` where the system hides it. */
export function processStartTime(pid: number, reader: ProcReader = systemHost): string | null {
  return procIsOurs(reader) ? (readStat(reader, pid)?.startTime ?? null) : null;
}

/** The process that asks. */
export function thisProcess(options: ProcessOptions = {}, reader: ProcReader = systemHost): ProcessIdentity {
  return identityOf(reader.pid, instanceId, options, reader);
}

/**
 * Another process, by its number here. Its namespaces are those of the asking process: they say where the number and the start
 * time are to be read, wherever the process itself lives.
 * @throws NoSuchProcessError when no living process has that number.
 */
export function processOf(pid: number, options: ProcessOptions = {}, reader: ProcReader = systemHost): ProcessIdentity {
  if (!Number.isSafeInteger(pid) || pid < 1) throw new NoSuchProcessError(pid);
  try {
    reader.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") throw new NoSuchProcessError(pid);
  }
  const identity = identityOf(pid, "", options, reader);
  // Every process that names this one agrees on its instance, as far as the start time tells instances apart.
  const { hostId, bootId, pidNamespace, processStartTime } = identity;
  const known = [hostId, bootId, pidNamespace, pid, processStartTime].join(" ");
  const derived = createHash("sha256").update(known).digest("base64url").slice(0, 22);
  return { ...identity, instanceId: processStartTime === null ? randomToken() : derived };
}

/** `host/pid-start-random`: short, readable, and never the same for two runs. It grants nothing. */
export function defaultHolderIdentity(reader: ProcReader = systemHost): string {
  const host =
    reader
      .hostname()
      .replaceAll(/[^A-Za-z0-9.-]/gu, "_")
      .slice(0, 64) || "host";
  const start = Number(processStartTime(reader.pid, reader) ?? 0).toString(36);
  return `${host}/${reader.pid}-${start}-${randomToken().replaceAll(/[-_]/gu, "").slice(0, 6)}`;
}

function identityOf(pid: number, instanceId: string, options: ProcessOptions, reader: ProcReader): ProcessIdentity {
  return {
    instanceId,
    hostId: hostId(reader),
    bootId: bootId(reader),
    pid,
    processStartTime: processStartTime(pid, reader),
    pidNamespace: pidNamespace(reader),
    timeNamespace: timeNamespace(reader),
    serviceName: options.serviceName ?? null,
  };
}
