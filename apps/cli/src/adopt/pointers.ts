import { orchestratorAdoption, type Adoption } from "@tenure/adoption";
import type { Command } from "commander";
import { notEmpty } from "../options.ts";

/** The flags that name the places of the fields. */
export interface PointerFlags {
  readonly holderAt: string;
  readonly epochAt: string;
  readonly heartbeatAt: string;
  readonly durationAt: string;
}

/** Where a foreign file keeps what a lease needs. */
export function pointerOptions(command: Command): Command {
  return command
    .option("--holder-at <pointer>", "JSON pointer of who leads", notEmpty, orchestratorAdoption.holderIdentity)
    .option("--epoch-at <pointer>", "of its epoch", notEmpty, orchestratorAdoption.epoch)
    .option("--heartbeat-at <pointer>", "of its last heartbeat", notEmpty, orchestratorAdoption.lastHeartbeat)
    .option("--duration-at <pointer>", "of its duration in ms", notEmpty, orchestratorAdoption.leaseDurationMs);
}

export function adoptionOf(flags: PointerFlags): Adoption {
  return {
    holderIdentity: flags.holderAt,
    epoch: flags.epochAt,
    lastHeartbeat: flags.heartbeatAt,
    leaseDurationMs: flags.durationAt,
  };
}
