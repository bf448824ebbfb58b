import { Disk } from "./disk.ts";
import type { DiskType } from "./machine.ts";
import { startMember } from "./member.ts";
import type { Said } from "./member.ts";
import { randomFrom } from "./random.ts";
import type { Side } from "./side.ts";

export interface CutOptions {
  readonly side: Side;
  readonly type: DiskType;
  readonly cuts: number;
  readonly seed: number;
  /** Whether the file system's log still reaches the disk. Default: half of the time, by the seed. */
  readonly flushLog?: boolean;
}

/** What became of what was acknowledged. */
export interface CutTally {
  readonly cuts: number;
  /** Acquisitions and releases whose acknowledgement was heard before a cut. */
  readonly heard: number;
  /** Those of them that were not there afterwards. */
  readonly lost: number;
  /** Cuts that took at least one. */
  readonly cutsWithLoss: number;
  /** Epochs that two terms had, as heard before a cut. */
  readonly doubled: number;
  /** Epochs that showed up before a cut, heard or not, and were given out again after it. */
  readonly reissued: number;
  /** Cuts after which the file that other tools read was empty or cut short. */
  readonly unreadable: number;
  /** Each one sentence, with the number of its cut. */
  readonly problems: readonly string[];
}

const MEMBERS = ["a", "b", "c"];
/** A cut comes after so many acknowledgements at most. */
const HEARD_MAX = 60;

/** Three processes acquire, renew and release; the power goes at a moment that nobody chose; and so on, on the same disk. */
export async function cutPower({ side, type, cuts, seed, ...options }: CutOptions): Promise<CutTally> {
  const random = randomFrom(seed);
  const disk = new Disk(type);
  const tally = {
    cuts,
    heard: 0,
    lost: 0,
    cutsWithLoss: 0,
    doubled: 0,
    reissued: 0,
    unreadable: 0,
    problems: new Array<string>(),
  };
  const terms = new Map<number, string>();
  let highest = 0;
  try {
    for (let cut = 1; cut <= cuts; cut += 1) {
      const half = random() < 0.5;
      const flushLog = options.flushLog ?? half;
      const { told, all } = await untilCut(disk, side, cut, 1 + Math.floor(random() * HEARD_MAX), flushLog);
      disk.powerOn();
      const { lost, unreadable, problems } = await side.find(disk.folder, cut, told);
      const early = told.filter(({ did }) => did === "failed").map(({ message }) => `before the cut: ${message}`);
      tally.problems.push(...[...early, ...problems].map((problem) => `cut ${cut}: ${problem}`));
      tally.heard += told.filter(({ did }) => did === "acquired" || did === "released").length;
      tally.lost += lost.length;
      tally.cutsWithLoss += lost.length > 0 ? 1 : 0;
      tally.unreadable += unreadable ? 1 : 0;
      for (const { did, epoch, holder } of told) {
        if (did !== "acquired") continue;
        if (terms.has(epoch)) tally.doubled += 1;
        terms.set(epoch, holder);
      }
      const epochs = all.flatMap(({ did, epoch }) => (did === "acquired" ? [epoch] : []));
      tally.reissued += epochs.filter((epoch) => epoch <= highest).length;
      highest = Math.max(highest, ...epochs);
    }
  } finally {
    disk.remove();
  }
  return tally;
}

interface Heard {
  /** Before the cut… */
  readonly told: readonly Said[];
  /** …and what came after it as well: said before it, or of a write that the cut overtook. */
  readonly all: readonly Said[];
}

async function untilCut(disk: Disk, side: Side, boot: number, after: number, flushLog: boolean): Promise<Heard> {
  const all: Said[] = [];
  const power = disk.switch();
  let due = (): void => {};
  const enough = new Promise<void>((resolve) => (due = resolve));
  let told: Said[] | undefined;
  let cut: Promise<void> | undefined;
  const pull = (): void => {
    told ??= [...all];
    cut ??= power.cut(flushLog);
    due();
  };
  const members = MEMBERS.map((holder) => {
    const [script, ...args] = side.member(disk.folder, boot, holder);
    return startMember(script, args, (said) => {
      all.push(said);
      // At once, from within: whoever is under way now is cut short.
      if (said.did === "failed" || all.length >= after) pull();
    });
  });
  try {
    await enough;
    await cut;
  } finally {
    await Promise.all(members.map((member) => member.end()));
  }
  return { told: told ?? [], all };
}
