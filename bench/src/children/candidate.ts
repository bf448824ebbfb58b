// One process that wants to lead: `candidate <side> <directory>`. Asked `stand`, it stands until it leads and says so; asked
// `release`, it gives the office back; asked `write`, it writes as fast as the side lets it until it is refused.
import { sleep } from "../clock.ts";
import type { Office } from "../contender.ts";
import { openContender } from "../sides.ts";
import { onAsk, say } from "./message.ts";

const [side = "", directory = ""] = process.argv.slice(2);
const WRITE_EVERY_MS = 5;
let office: Office | undefined;

const contender = await openContender(side, directory);
onAsk((ask) => {
  if (ask === "stand") void stand();
  else if (ask === "release") void release();
  else if (ask === "write") void write();
  else if (ask === "writers") void contender.writers().then((pids) => say("writers", pids));
});
say("ready");

async function stand(): Promise<void> {
  say("standing");
  office = await contender.acquire(() => say("leading"));
}

async function release(): Promise<void> {
  say("releasing");
  await office?.release();
  say("released");
}

/** Writes until it is refused. What really happened is read from the ledger, not from what this process believes. */
async function write(): Promise<void> {
  say("writing");
  while (await office?.write().catch(() => false)) await sleep(WRITE_EVERY_MS);
  say("refused");
}
