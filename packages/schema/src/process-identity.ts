import { z } from "zod";
import type { Known } from "./known.ts";
import { machineTokenSchema, remarkSchema } from "./text.ts";

/** Which process, so exactly that its death can be proved and a recycled pid never taken for it. */
export const processIdentitySchema = z.looseObject({
  /** Made anew at each start of the program; two runs never share it. */
  instanceId: machineTokenSchema,
  /** The machine, as its operating system names it for good. */
  hostId: machineTokenSchema,
  /** Changes at each boot. */
  bootId: machineTokenSchema,
  /** `null`: no process stands behind the lease (`--no-process`), so its death can never be proved. */
  pid: z
    .int()
    .min(1)
    .max(2 ** 31)
    .nullable(),
  /** Start time in the kernel's own unit, as text; tells a recycled pid from the same process. `null` where unknown. */
  processStartTime: machineTokenSchema.nullable(),
  /** `null` where the system has none or hides it; then nothing about the pid is believed from elsewhere. */
  pidNamespace: machineTokenSchema.nullable(),
  timeNamespace: machineTokenSchema.nullable(),
  serviceName: remarkSchema.nullable(),
});
export type ProcessIdentity = Known<typeof processIdentitySchema>;
