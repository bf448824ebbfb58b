import { clockFacts } from "./clock.ts";
import type { ClockFacts } from "./clock.ts";
import { bootId, hostIdWithSource, isKernelBootId, isPrivateTime, pidNamespace, timeNamespace } from "./machine.ts";
import type { HostId } from "./machine.ts";
import { effectiveUser, procIsOurs, readStat } from "./proc-files.ts";
import { systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

/** What this machine is and what it cannot tell, for `doctor`. */
export interface HostFacts {
  readonly platform: string;
  readonly hostId: HostId;
  readonly bootId: string;
  readonly pidNamespace: string | null;
  readonly timeNamespace: string | null;
  readonly clock: ClockFacts;
  /** One sentence for each thing that is not to be had here, and what follows from it. Empty on a common Linux. */
  readonly lost: readonly string[];
}

export function hostFacts(reader: ProcReader = systemHost): HostFacts {
  const facts = {
    platform: reader.platform,
    hostId: hostIdWithSource(reader),
    bootId: bootId(reader),
    pidNamespace: pidNamespace(reader),
    timeNamespace: timeNamespace(reader),
    clock: clockFacts(),
  };
  return { ...facts, lost: [...losses(facts, reader)] };
}

function* losses(facts: Omit<HostFacts, "lost">, reader: ProcReader): Generator<string> {
  if (!isKernelBootId(facts.bootId))
    yield "the kernel's boot id is not to be had: a holder that ended with an earlier boot is succeeded after its lease duration";
  if (facts.hostId.source === "hostname")
    yield "there is no machine id: the host is known by its name, and a renamed host is another one";
  if (facts.clock.boottimeSource === "os.uptime")
    yield "the clock that counts sleep is only good to a second: a holder may notice a sleep up to a second late";
  if (reader.platform !== "linux") {
    yield "process start times are not to be had: a recycled process number is taken for an unknown process, orphans are neither found nor ended, and a stopped holder looks unknown";
    return;
  }
  if (facts.pidNamespace === null || facts.timeNamespace === null)
    yield "namespaces are not to be had: no death is ever proved, and a crash is succeeded after the lease duration";
  if (isPrivateTime(facts.timeNamespace))
    yield "/proc/uptime is not the kernel's but a container manager's (lxcfs): times and deaths are only compared within this container";
  if (!procIsOurs(reader))
    yield "/proc is not this pid namespace's own: no death is ever proved, and a crash is succeeded after the lease duration";
  else if (effectiveUser(reader, 1) === null || readStat(reader, 1) === null)
    yield "/proc hides other users' processes: of theirs only the end is seen, not a recycled number";
}
