// One program that keeps many leases: `keeper <directory> <count> <lease duration in ms>`. Asked `count`, it tells how many it lost.
import { join } from "node:path";
import { createLeaseClient } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { thisHost } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";
import { onAsk, say } from "./message.ts";

const [directory = "", count = "", leaseDurationMs = ""] = process.argv.slice(2);
/** So many at a time: each waits for the disk. */
const AT_ONCE = 20;

const host = thisHost({ holderIdentity: "keeper" });
const store = await openFileStore({ directory: join(directory, "state"), floorDirectory: join(directory, "floor") });
const client = createLeaseClient({ store, ...host, timing: { leaseDurationMs: Number(leaseDurationMs) } });
let begun = 0;
let lost = 0;

onAsk(() => say("lost", lost));
await Promise.all(Array.from({ length: AT_ONCE }, keepSome));
say("leading");

async function keepSome(): Promise<void> {
  while (begun < Number(count)) {
    const lease = await client.acquire(`lease-${begun++}`);
    keepAlive(lease, { clock: host.clock, random: Math.random });
    lease.signal.addEventListener("abort", () => (lost += 1));
  }
}
