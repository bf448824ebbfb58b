import type { EvidenceKind } from "@tenure/schema";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { fileName } from "./file-name.ts";

const SUFFIX = ".service";

/** What systemd says of a unit, and of a holder only where the unit is the holder's. */
const kinds: readonly EvidenceKind[] = ["exited", "spawned", "killed", "gave-up"];

/** The unit that a line is about; `null` where it names none. */
function unitOf({ kind, facts: { instance } }: Evidence): string | null {
  return instance?.endsWith(SUFFIX) === true && kinds.includes(kind) ? instance : null;
}

/** The unit that a line is about, where nothing shows that it is the holder's. */
export function strangeUnitOf(evidence: Evidence, own: Case): string | null {
  const unit = unitOf(evidence);
  return unit === null || own.knowsUnit ? null : unit;
}

/** Where a unit goes by the name of a holder, or of the log that it wrote, all others are somebody else's: they are left out. */
export function settleUnits(own: Case): void {
  const units = new Set(kinds.flatMap((kind) => own.of(kind).flatMap((each) => unitOf(each) ?? [])));
  if (units.size === 0) return;
  const holders = leadersIn(own);
  const known = [...units].filter((unit) => holders.some((holder) => isOf(stemOf(unit), holder)));
  if (known.length === 0) return;
  own.knowsUnit = true;
  for (const kind of kinds)
    own.keep(kind, (each) => {
      const unit = unitOf(each);
      return unit === null || known.includes(unit);
    });
}

/** One line of each holder that a line shows in office. */
function leadersIn(own: Case): Evidence[] {
  const lines = [...own.of("acquired"), ...own.of("renewed")];
  return [...new Map(lines.map((each) => [`${each.facts.holder} ${each.file}`, each])).values()];
}

/** `orders@7.service` runs what `orders` is. */
function stemOf(unit: string): string {
  return unit.slice(0, -SUFFIX.length).replace(/@.*$/u, "");
}

function isOf(stem: string, { facts, file, text }: Evidence): boolean {
  const name = fileName(file);
  return stem !== "" && [facts.holder ?? "", name, text].some((words) => isWord(stem, words));
}

/** Whether a text has the name by itself, and not within a longer one. */
function isWord(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before = "", after = ""] = [text[at - 1], text[at + name.length]];
    if (!/[\w-]/u.test(before) && !/[\w-]/u.test(after)) return true;
  }
  return false;
}
