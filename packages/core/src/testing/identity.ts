import type { ProcessIdentity } from "@tenure/schema";
import type { ClientIdentity, RandomToken } from "../identity.ts";

/** An identity that is the same in each run; `process` changes what a test is about. */
export function fixedIdentity(holderIdentity: string, process: Partial<ProcessIdentity> = {}): ClientIdentity {
  return {
    holderIdentity,
    holder: {
      instanceId: `instance-of-${holderIdentity}`,
      hostId: "host-1",
      bootId: "boot-1",
      pid: 4711,
      processStartTime: "1000",
      pidNamespace: "pid:1",
      timeNamespace: "time:1",
      serviceName: null,
      ...process,
    },
  };
}

/** Tokens that tell where they come from: `a-00000001`, `a-00000002`, … */
export function sequentialTokens(prefix: string): RandomToken {
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${String(count).padStart(8, "0")}`;
  };
}
