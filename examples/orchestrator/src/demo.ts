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

narrator.chapter("One leads, the others wait");
const ada = enter(a, stage);
await ada.says(/^leads/u);
const ben = enter(b, stage);
await ben.says(/^standing by/u);
await ada.says(/^wrote/u);

narrator.chapter("The leader is killed: kill -9");
narrator.tell(a, "SIGKILL", "bad");
ada.signal("SIGKILL");
await ben.says(/^leads/u);
await tellTerm();

narrator.chapter("The leader only stops: SIGSTOP. Nobody can tell it from a slow one, so its lease must run out (2 s)");
const cleo = enter(c, stage);
await cleo.says(/^standing by/u);
await ben.says(/^wrote/u);
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
printHistory(stage.stateDirectory, name);
narrator.chapter("Look for yourself");
narrator.plain(`npm start -- history ${name} --dir ${stage.stateDirectory}`);
narrator.plain(`npm start -- status --dir ${stage.stateDirectory}`);
narrator.plain(`cat ${stage.ledgerPath}`);

/** Epoch and gap as the journal has them, not as this process saw them. */
async function tellTerm(): Promise<void> {
  const term = (await termsIn(stage.stateDirectory, stage.floorDirectory, name)).at(-1);
  if (term === undefined) throw new Error("the journal tells of no term");
  const { holderIdentity, epoch, gapBeforeMs } = term;
  narrator.tell(holderIdentity, `epoch ${epoch}, ${gapBeforeMs} ms without a leader`, "good");
}

function relay(actor: string, line: string): void {
  if (line.startsWith("wrote")) return narrator.tell(actor, line, "quiet");
  narrator.tell(actor, line, line.startsWith("refused") || line.startsWith("lost") ? "bad" : "plain");
}
