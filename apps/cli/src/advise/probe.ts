import { performance } from "node:perf_hooks";
import type { LeaseStore } from "@tenure/core";
import type { Slowness } from "@tenure/schema";

const READS = 20;
/** Of no lease: what stands under it is of no matter, and nothing is made by asking. */
const NAME = "tenure-probe";

/** How slow a store answers now, one read after another. */
export async function probeLatency(store: LeaseStore): Promise<Slowness> {
  let latencyMs = 0;
  for (let read = 0; read < READS; read += 1) {
    const from = performance.now();
    await store.read(NAME);
    latencyMs = Math.max(latencyMs, performance.now() - from);
  }
  return { from: "probe", samples: READS, latencyMs: Math.ceil(latencyMs * 1000) / 1000, latenessMs: null };
}
