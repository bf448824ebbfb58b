// Acquires, renews and releases until the power goes, and says each thing once it is acknowledged:
// tenure.mjs '{"directory", "floorDirectory", "bootId"}' HOLDER
import { writeSync } from "node:fs";
import { createLeaseClient } from "@tenure/core";
import { thisHost } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";

const [options = "{}", holderIdentity = ""] = process.argv.slice(2);
const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`);
// On a machine that is busy with other work a request may take its time.
const timing = { leaseDurationMs: 12_000, renewIntervalMs: 1_200, requestTimeoutMs: 3_000 };

try {
  const store = await openFileStore(JSON.parse(options));
  const client = createLeaseClient({ ...thisHost({ holderIdentity }), store, timing });
  for (;;) {
    const lease = await client.acquire("jobs");
    const { epoch } = lease;
    say({ did: "acquired", epoch, holder: holderIdentity });
    await lease.renew();
    say({ did: "renewed", epoch, holder: holderIdentity });
    await lease.release();
    say({ did: "released", epoch, holder: holderIdentity });
  }
} catch (error) {
  say({ did: "failed", code: error.code, message: error.message });
}
