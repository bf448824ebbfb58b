import { middleOf, trouble, type Label } from "./label.ts";
import { stamp, type Plant } from "./plant.ts";

/** A leader after all others, in office from `from`; it beats until `to`. @returns its last beat. */
function late(plant: Plant, holder: string, from: number, to: number): number {
  plant.says(from, `duty taken by ${holder} term 90`).state(from, holder, 90);
  return plant.beats(holder, 90, from, to);
}

function afterAll(plant: Plant): number {
  return (plant.lived.at(-1)?.until ?? 0) + 5;
}

function prints(plant: Plant, holder: string, from: number, to: number, everyS: number): void {
  for (let at = from; at < to; at += everyS) plant.says(at, `${holder} prints page ${Math.round(at)}`);
}

/** The guard looks until it finds that the lease ran out, or until `to`. @returns when that was. */
function watched(plant: Plant, holder: string, from: number, last: number, to = Number.POSITIVE_INFINITY): number {
  const { beatS } = plant.settings;
  const beats = Array.from({ length: Math.round((last - from) / beatS) + 1 }, (_, index) => from + index * beatS);
  return plant.watches(holder, 90, beats, from, to);
}

/** The next one leads, once the lease of the one before has run out, and ends in order. */
function succeeds(plant: Plant, at: number): void {
  plant.says(at, "duty taken by heir term 91").state(at, "heir", 91);
  plant.says(at + 3, "duty handed in by heir").says(at + 4, "goodbye from heir");
}

const halves = ['{"t":"', "{", '{"t":"2026-04-02T10:00:00Z","v":{"who":"prin'];
const complaints = [
  "SyntaxError: Unexpected end of JSON input",
  "SyntaxError: Unterminated string in JSON at position 64",
  "invalid character 'd' looking for beginning of value",
];

const closed = [
  "Connection terminated unexpectedly",
  "server closed the connection unexpectedly",
  "terminating connection due to idle-session timeout",
];
const reasons = ["no answer", "the clerk said no", "form 27 is out of print"];
const full = [
  "ENOSPC: no space left on device, write",
  "EROFS: read-only file system, open 'duty'",
  "Disk quota exceeded",
];
const starved = [
  "watchdog: BUG: soft lockup - CPU#1 stuck for 23s!",
  "rcu: INFO: rcu_sched self-detected stall on CPU",
  "CPU throttling of 80 %",
];

/** Troubles of those who write: of the lease, under its name, or after it. */
export const writers: readonly Label[] = [
  {
    id: "state-torn",
    put: (plant, chance) => {
      const { acquired, end } = middleOf(plant, chance);
      const at = chance.between(acquired + 1, end - 1);
      if (chance.isOnce(0.4)) plant.torn(at, chance.one(halves));
      else if (chance.isOnce(0.5)) plant.torn(at, JSON.stringify({ t: stamp(at), v: "half of some" }));
      else {
        plant.mentions(at, chance.one(complaints));
        plant.says(at + chance.between(1, plant.settings.leaseS * 0.8), "duty lost by somebody");
      }
    },
  },
  {
    id: "identity-collision",
    put: (plant, chance) => {
      const { beatS } = plant.settings;
      const from = afterAll(plant);
      const writing = chance.isOnce(0.5)
        ? (pid: number) => `${pid} keeps duty of twin`
        : (pid: number) => `at host-${pid} duty of twin is kept`;
      late(plant, "twin", from, from);
      let at = from;
      for (let times = chance.whole(4, 10); times > 0; times--) {
        at += beatS * chance.between(0.4, 0.6);
        plant.says(at, writing(70 + (times % 2))).state(at, "twin", 90);
      }
      plant.says(at + 1, "duty handed in by twin").says(at + 2, "goodbye from twin");
    },
  },
  {
    id: "released-early",
    put: (plant, chance) => {
      const { beatS, leaseS } = plant.settings;
      const from = afterAll(plant);
      const end = from + beatS * chance.between(1.2, 4);
      late(plant, "hasty", from, end);
      prints(plant, "hasty", from + 1, end, beatS / 2);
      plant.says(end, "duty handed in by hasty");
      const worked = end + chance.between(2, leaseS * 0.6);
      plant.says(worked, "hasty prints the last page").says(worked + 1, "goodbye from hasty");
      if (chance.isOnce(0.5)) succeeds(plant, end + chance.between(1, 2));
    },
  },
  {
    id: "stop-overran",
    // The tries that failed before.
    besides: ["renewal-failed"],
    put: (plant, chance) => {
      const { beatS, leaseS } = plant.settings;
      const deadlineS = Math.round(leaseS * 0.8);
      const from = afterAll(plant);
      const last = late(plant, "clinging", from, from + beatS * chance.between(1.2, 3));
      if (chance.isOnce(0.7)) plant.guard(2, `set renewDeadline to ${deadlineS} s`);
      for (let at = last + beatS; at < last + deadlineS; at += beatS / 2) plant.says(at, "duty not kept: no answer");
      const lost = last + deadlineS;
      const stopped = lost + leaseS * chance.between(0.3, 0.9) + 2;
      plant.says(lost, "duty lost by clinging");
      prints(plant, "clinging", from + 1, stopped, beatS / 2);
      plant.says(stopped, "clinging prints the last page").says(stopped + 1, "goodbye from clinging");
      const taken = last + leaseS + chance.between(2, 10);
      watched(plant, "clinging", from, last, taken);
      succeeds(plant, taken);
    },
  },
  {
    id: "renewal-failed",
    put: (plant, chance) => {
      const { beatS, leaseS } = plant.settings;
      const from = afterAll(plant);
      const last = late(plant, "unheard", from, from + beatS * chance.between(1.2, 3));
      const lost = last + leaseS * chance.between(0.7, 0.95);
      for (let at = last + beatS; at < lost; at += beatS / 2) plant.says(at, `duty not kept: ${chance.one(reasons)}`);
      plant.says(lost, "duty lost by unheard").says(lost + 0.5, "goodbye from unheard");
      const taken = watched(plant, "unheard", from, last);
      succeeds(plant, taken + chance.between(1, 3));
    },
    besides: ["detection-latency"],
  },
  {
    id: "renewal-stopped",
    put: (plant, chance) => {
      const { beatS, leaseS } = plant.settings;
      const from = afterAll(plant);
      const last = late(plant, "mute", from, from + beatS * chance.one([0.5, 1.5, 3.5]));
      const over = watched(plant, "mute", from, last);
      prints(plant, "mute", from + 1, over + 3, chance.between(beatS * 0.3, beatS * 0.6));
      if (chance.isOnce(0.6))
        plant.guard(over, `duty of mute term 90 is over since ${Math.floor(over - last - leaseS)} s`);
      succeeds(plant, over + 2);
      plant.says(over + 8, "goodbye from mute");
    },
  },
  {
    id: "race-lost",
    put: (plant, chance) => {
      const { beatS, leaseS } = plant.settings;
      const from = afterAll(plant);
      const last = late(plant, "tardy", from, from + beatS * chance.one([0.5, 1.5, 3.5]));
      const taken = watched(plant, "tardy", from, last) + chance.between(1, 3);
      succeeds(plant, taken);
      plant.says(taken + chance.between(0.5, leaseS * 0.6), "duty refused to tardy as another leads");
    },
  },
  {
    id: "connection-recycled",
    put: (plant, chance) => {
      const ends = afterAll(plant);
      const way = chance.one(["told", "set", "clock"]);
      const everyS = chance.between(90, 2_000);
      const times = chance.whole(way === "told" ? 2 : 5, 8);
      for (let index = 1; index <= times; index++) {
        const at = ends + index * everyS + (way === "told" ? chance.between(0, 60) : chance.between(-0.8, 0.8));
        plant.says(at, "duty lost by pooled");
        if (way === "told") plant.mentions(at - chance.between(0.1, 6), chance.one(closed));
      }
      for (let at = ends; at < ends + (times + 1) * everyS; at += 12) plant.mentions(at, "the spooler is idle");
      if (way === "set") plant.guard(2, `set connectionMaxLifetime to ${Math.round(everyS)} s`);
    },
  },
  {
    id: "cpu-starved",
    put: trouble(starved),
  },
  { id: "store-full", put: trouble(full) },
];
