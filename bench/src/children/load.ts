// One process that repeats one operation: `load <workload> <directory>`. Asked with a number of milliseconds, it works that
// long and tells how long each operation took, in order.
import { nowMs } from "../clock.ts";
import { openWorkload } from "../sides.ts";
import { onAsk, say } from "./message.ts";

const [name = "", directory = ""] = process.argv.slice(2);

const workload = await openWorkload(name, directory);
onAsk((ask) => {
  if (ask === "count") void workload.count().then((count) => say("count", count));
  else void work(Number(ask));
});
// The first time loads code and opens files.
await workload.once();
say("ready");

async function work(durationMs: number): Promise<void> {
  const tookMs: number[] = [];
  const endMs = nowMs() + durationMs;
  for (let beganMs = nowMs(); beganMs < endMs;) {
    await workload.once();
    const doneMs = nowMs();
    tookMs.push(doneMs - beganMs);
    beganMs = doneMs;
  }
  say("done", tookMs);
}
