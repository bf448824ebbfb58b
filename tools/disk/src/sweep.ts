import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, buildShim, faults } from "./attempt.ts";
import type { Fault } from "./attempt.ts";
import { judge } from "./judge.ts";
import type { Verb } from "./verbs.ts";

const AT_ONCE = 3;

export interface SweepOptions {
  readonly verb: Verb;
  /** Which faults to cause at a call; all of them for the whole sweep. */
  readonly faultsAt: (call: number) => readonly Fault[];
}

export interface SweepTally {
  readonly calls: number;
  readonly attempts: number;
  /** Processes that were killed, or did not end with success. */
  readonly hit: number;
  readonly wrong: readonly string[];
}

export const everyFault = (): readonly Fault[] => faults;

/** Each call that changes something goes wrong once in each of the ways. */
export async function sweep({ verb, faultsAt }: SweepOptions): Promise<SweepTally> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-shim-"));
  try {
    const library = buildShim(folder);
    // First with nothing wrong, to know how many calls there are.
    const whole = await attempt(library, verb, 0, "before");
    whole.place.remove();
    const calls = whole.calls ?? 0;
    const points = Array.from({ length: calls }, (_, index) => index + 1).flatMap((at) =>
      faultsAt(at).map((fault) => ({ at, fault })),
    );
    const tally = { calls, attempts: points.length, hit: 0, wrong: new Array<string>() };
    const judging: Promise<void>[] = [];
    const work = async (): Promise<void> => {
      for (let point = points.shift(); point !== undefined; point = points.shift()) {
        const made = await attempt(library, verb, point.at, point.fault);
        if (made.code !== 0) tally.hit += 1;
        // Some wait for a lease to run out; the next attempt need not.
        const judged = judge(verb, made).catch((error: unknown) => [`${made.where}: ${String(error)}`]);
        judging.push(judged.then((wrong) => void tally.wrong.push(...wrong)).finally(() => made.place.remove()));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await Promise.all(judging);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
