import type { ProcessIdentity } from "@tenure/schema";
import { systemClock } from "./clock.ts";
import type { SystemClock } from "./clock.ts";
import type { Finding } from "./examine.ts";
import { defaultHolderIdentity, thisProcess } from "./identity.ts";
import type { ProcessOptions } from "./identity.ts";
import { systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";
import { proveDeath } from "./prove-death.ts";
import { randomToken } from "./random-token.ts";

export interface ThisHostOptions extends ProcessOptions {
  /** Who holds the lease, as people know it. Default: `defaultHolderIdentity()`. */
  readonly holderIdentity?: string;
}

/** What a lease client needs to know of its machine. */
export interface ThisHost {
  readonly clock: SystemClock;
  readonly identity: { readonly holderIdentity: string; readonly holder: ProcessIdentity };
  readonly randomToken: () => string;
  readonly proveDeath: (process: ProcessIdentity, options: { readonly sameMachine: boolean }) => Finding;
}

/** This process on this machine, to be spread into the options of `createLeaseClient`. */
export function thisHost(options: ThisHostOptions = {}, reader: ProcReader = systemHost): ThisHost {
  return {
    clock: systemClock(),
    identity: {
      holderIdentity: options.holderIdentity ?? defaultHolderIdentity(reader),
      holder: thisProcess(options, reader),
    },
    randomToken,
    proveDeath: (process, { sameMachine }) => proveDeath(process, { sameMachine }, reader),
  };
}
