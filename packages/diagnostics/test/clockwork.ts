import { World } from "./world.ts";

/** A system with a watchdog, of which everything is known. Times in seconds. */
export interface Clockwork {
  readonly leaseS: number;
  readonly graceS: number;
  readonly beatS: number;
  readonly pollS: number;
  readonly startUpS: number;
  readonly phaseS: number;
  /** How long each leader lives. */
  readonly livesS: readonly number[];
  /** Leaders, by their index, after whose death the watchdog does not look for an hour. */
  readonly unwatched?: readonly number[];
  /** Leaders that live on without renewing, after one renewal. */
  readonly mute?: readonly number[];
  /** Whether any line tells the settings; else only the times do. */
  readonly tells: boolean;
}

/** What really happened, to be compared with what the logs are made to say. */
export interface Truth {
  leaderlessS: number[];
  missed: number;
  /** How often the watchdog came later than it is set to. */
  late: number;
}

const PAUSE_S = 3_600;

/** Plays it through, and writes what such a system logs. */
export function clockwork(settings: Clockwork): { readonly world: World; readonly truth: Truth } {
  const { leaseS, graceS, beatS, pollS, startUpS, phaseS, livesS, unwatched = [], mute = [], tells } = settings;
  const world = new World();
  if (tells) world.says(0, `guard looks every ${pollS} s`);
  const truth: Truth = { leaderlessS: [], missed: 0, late: 0 };
  let acquired = startUpS;
  for (const [index, lifeS] of livesS.entries()) {
    const [holder, end] = [`h${index}`, acquired + lifeS];
    world.says(acquired, `duty taken by ${holder} term ${index + 1}`);
    if (tells) world.state(acquired, holder, index + 1, acquired, leaseS * 1_000);
    const due = Math.floor(lifeS / beatS);
    const made = mute.includes(index) ? Math.min(1, due) : due;
    truth.missed += due - made;
    for (let beat = 1; beat <= made; beat++)
      world.says(acquired + beat * beatS, `duty kept by ${holder} term ${index + 1}`);
    const last = acquired + made * beatS;
    world.says(end, `goodbye from ${holder}`);
    const polls = Math.ceil((acquired + 0.5 - phaseS) / pollS);
    let at = phaseS + polls * pollS;
    for (; at - last < leaseS + graceS; at += pollS)
      world.says(at, `duty of ${holder} term ${index + 1} lasts ${Math.floor(last + leaseS + graceS - at)} s`);
    if (unwatched.includes(index)) {
      truth.late++;
      at += Math.ceil(PAUSE_S / pollS) * pollS;
    }
    world.says(at, `duty of ${holder} term ${index + 1} is over since ${Math.floor(at - last - leaseS)} s`);
    acquired = at + startUpS;
    truth.leaderlessS.push(acquired - end);
  }
  world.says(acquired, `duty taken by successor term ${livesS.length + 1}`);
  return { world, truth };
}
