// An orchestrator of which exactly one leads, however many are started:
//   node orchestrator.js --dir STATE --floor-dir FLOOR --ledger FILE --holder NAME
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createLeaseClient } from "@tenure/core";
import { thisHost } from "@tenure/host";
import { fileFence, openFileStore } from "@tenure/store-file";
import { lead } from "./lead.ts";

const text = { type: "string", default: "" } as const;
const { values: options } = parseArgs({ options: { dir: text, "floor-dir": text, ledger: text, holder: text } });

const host = thisHost({ holderIdentity: options.holder });
const store = await openFileStore({ directory: options.dir, floorDirectory: options["floor-dir"] });
const client = createLeaseClient({ store, timing: { leaseDurationMs: 2_000 }, ...host });
const ledger = fileFence({ path: options.ledger });

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stopping.abort());

while (!stopping.signal.aborted) {
  say("standing by");
  const lease = await client.acquire("orchestrator", { signal: stopping.signal }).catch(nothingIfStopping);
  if (lease === undefined) continue;
  await lead(lease, {
    clock: host.clock,
    random: Math.random,
    raise: (held) => ledger.raise(held, held.epoch),
    append: (held, entry) => ledger.append(held, held.epoch, entry),
    work,
    isStopping: () => stopping.signal.aborted,
    say,
  });
}
ledger.close();
await store.close();

/** What an orchestrator does is not the point here; that it takes a while is. */
async function work(): Promise<void> {
  await sleep(500, undefined, { signal: stopping.signal }).catch(nothingIfStopping);
}

function nothingIfStopping(error: unknown): undefined {
  if (!stopping.signal.aborted) throw error;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
