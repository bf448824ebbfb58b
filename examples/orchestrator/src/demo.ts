// What `npm start` shows: three orchestrators, two ways to lose a leader, and what the journal says of it.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter, type Stage } from "./demo/actor.ts";
import { startNarrator } from "./demo/narrator.ts";
import { printHistory, termsIn } from "./demo/records.ts";

const name = "orchestrator";
const [a, b, c] = ["ada", "ben", "cleo"] as const;
const narrator = startNarrator([a, b, c]);
const scene = mkdtempSync(join(tmpdir(), "tenure-demo-"));
const stage: Stage = {
  stateDirectory: join(scene, "state"),
  floorDirectory: join(scene, "floor"),
  ledgerPath: join(scene, "ledger.jsonl"),
  onLine: relay,
};

// It takes five seconds. Whoever has waited for a minute should be told rather than wait on.
setTimeout(() => {
  console.error(`The demo is stuck; what there is of it is in ${scene}`);
  process.exit(1);
}, 60_000).unref();

narrator.chapter("One leads, the others wait");
const ada = enter(a, stage);
await ada.says(/^leads/u);
const ben = enter(b, stage);
await ben.says(/^standing by/u);
await ada.saysAnew(/^wrote/u);

narrator.chapter("The leader is killed: kill -9");
narrator.tell(a, "SIGKILL", "bad");
ada.signal("SIGKILL");
await ben.says(/^leads/u);
await tellTerm();

narrator.chapter("The leader only stops: SIGSTOP. Nobody can tell it from a slow one, so its lease must run out (2 s)");
const cleo = enter(c, stage);
await cleo.says(/^standing by/u);
await ben.saysAnew(/^wrote/u);
narrator.tell(b, "SIGSTOP", "bad");
ben.signal("SIGSTOP");
await cleo.says(/^leads/u);
await tellTerm();
await cleo.says(/^wrote/u);
narrator.tell(b, "SIGCONT: it wakes in the middle of its work, and still means to lead");
ben.signal("SIGCONT");
await ben.says(/^refused/u);
await ben.says(/^standing by/u);

narrator.chapter("The leader leaves: SIGTERM");
narrator.tell(c, "SIGTERM");
cleo.signal("SIGTERM");
await ben.says(/^leads/u);
await tellTerm();
await cleo.ended;
ben.signal("SIGTERM");
await ben.ended;

narrator.chapter(`$ tenure history ${name} --dir ${stage.stateDirectory}`);
printHistory(stage.stateDirectory, stage.floorDirectory, name);
narrator.chapter("Look for yourself");
narrator.plain(`npm start -- history ${name} --dir ${stage.stateDirectory}`);
narrator.plain(`npm start -- status --dir ${stage.stateDirectory}`);
narrator.plain(`cat ${stage.ledgerPath}`);

/** Epoch and gap as the journal has them, not as this process saw them. */
async function tellTerm(): Promise<void> {
  const [before, term] = (await termsIn(stage.stateDirectory, stage.floorDirectory, name)).slice(-2);
  if (before === undefined || term === undefined) throw new Error("the journal tells of fewer than two terms");
  // Nobody can say when a leader that only stopped has ended; its last sign of life bounds the gap.
  const atMost = before.endTimeFrom === "last-sign" ? "at most " : "";
  narrator.tell(
    term.holderIdentity,
    `in the journal: epoch ${term.epoch}, gap ${atMost}${term.gapBeforeMs} ms`,
    "good",
  );
}

function relay(actor: string, line: string): void {
  if (line.startsWith("wrote")) return narrator.tell(actor, line, "quiet");
  narrator.tell(actor, line, line.startsWith("refused") || line.startsWith("lost") ? "bad" : "plain");
}
