import { Chance } from "./chance.ts";
import { middleOf, trouble, type Ends, type Label } from "./label.ts";
import { limits } from "./limits.ts";
import { Plant, stamp, type Plan, type Settings } from "./plant.ts";
import { writers } from "./writers.ts";

const usual: Ends = { abandons: false, releasing: 0, exitCode: 0, lives: "long", clerk: false };

/** What an end without a release brings along, whatever it is called. */
const abandoned = ["holder-ended-renewals-healthy", "detection-latency"];
/** Measured in every plant whose leaders change often. */
const always = ["restart-rate"];

function visits(plant: Plant, who: string, offS: number, say: (at: number) => void = () => {}): void {
  const { beatS } = plant.settings;
  const until = plant.lived.at(-1)?.until ?? 0;
  for (let at = offS; at < until; at += beatS) {
    plant.mentions(at, `keeper visits ${who}`);
    say(at);
  }
}

function ghostRow(at: number, seen: string): object {
  return { who: "old-boss", pid: 9, seen, since: stamp(at - 900_000) };
}

export const labels: readonly Label[] = [
  { id: "healthy" },
  { id: "holder-ended-renewals-healthy", ends: { abandons: true, releasing: 0.4, exitCode: 137 }, besides: abandoned },
  { id: "exited-without-release", ends: { abandons: true, releasing: 0.4 }, besides: abandoned },
  { id: "release-path-dead", ends: { abandons: true, exitCode: 1 }, besides: abandoned },
  {
    id: "one-shot-holder",
    ends: { abandons: true, exitCode: 1, lives: "short", releasing: 0.2 },
    besides: [...abandoned],
  },
  { id: "detection-latency", ends: { abandons: true, exitCode: 1, releasing: 0.2 }, besides: abandoned },
  {
    id: "release-wrong-identity",
    ends: { abandons: true, exitCode: 1, clerk: true },
    besides: [...abandoned, "release-path-dead"],
  },
  {
    id: "zombie-lease",
    put: (plant, chance) => {
      const { beatS } = plant.settings;
      const left = plant.lived.filter(({ end, until }) => until - end > 1.6 * beatS + 2);
      const { holder, epoch, acquired, end, until } = chance.one(left);
      // It beats on, on its old beat, until the next one leads.
      const first = acquired + Math.ceil((end - acquired + beatS * 0.6) / beatS) * beatS;
      for (let at = first; at < Math.max(until - 1, first + 1); at += beatS) plant.state(at, holder, epoch);
    },
    ends: { abandons: true, exitCode: 1, releasing: 0.3 },
    besides: [...abandoned],
  },
  {
    id: "epoch-regression",
    put: (plant, chance) => {
      const at = (plant.lived.at(-1)?.until ?? 0) + plant.settings.pollS;
      if (chance.isOnce(0.5)) plant.state(at - 2, null, 0);
      plant.says(at, "duty taken by stranger term 1").state(at, "stranger", 1);
    },
  },
  {
    id: "forged-lease",
    put: (plant, chance) => {
      const { epoch, acquired, end } = middleOf(plant, chance);
      plant.state(chance.between(acquired + 1, end - 1), "intruder", epoch);
    },
    // It takes the epoch of whom it displaces, which fencing cannot tell apart.
    besides: ["stolen-while-valid", "epoch-regression"],
  },
  {
    id: "configuration-split",
    put: (plant, chance) => {
      const { holder, epoch, last } = middleOf(plant, chance);
      plant.state(last, holder, epoch, Math.round(plant.settings.leaseS * chance.one([0.25, 0.5, 2])));
    },
  },
  {
    id: "expired-lease-resurrected",
    put: (plant, chance) => {
      const { leaseS, beatS } = plant.settings;
      const at = (plant.lived.at(-1)?.until ?? 0) + 5;
      const back = at + leaseS + chance.between(5, leaseS);
      plant.says(at, "duty taken by sleeper term 99").state(at, "sleeper", 99);
      for (let watch = at + 2; watch < back; watch += Math.min(beatS, 12)) plant.mentions(watch, "the spooler is idle");
      plant.says(back, "duty kept by sleeper term 99").state(back, "sleeper", 99);
      plant.says(back + 2, "duty handed in by sleeper").says(back + 3, "goodbye from sleeper");
    },
  },
  {
    id: "stolen-while-valid",
    put: (plant, chance) => {
      const at = (plant.lived.at(-1)?.until ?? 0) + 5;
      const { leaseS } = plant.settings;
      const taken = at + chance.between(2, leaseS * 0.7);
      plant.says(at, "duty taken by victim term 98").state(at, "victim", 98);
      plant.says(taken, "duty taken by thief term 99").state(taken, "thief", 99);
      plant.says(taken + 2, "duty handed in by thief");
    },
  },
  {
    id: "store-slow",
    put: trouble(["apply request took too long", "slow fdatasync", "read-only range request took too long to execute"]),
  },
  {
    id: "store-unreachable",
    put: trouble([
      "connect ECONNREFUSED 127.0.0.1:2379",
      "context deadline exceeded",
      "read ECONNRESET",
      "no such host",
    ]),
  },
  {
    id: "store-failover",
    put: trouble(["etcdserver: leader changed", "etcdserver: no leader", "raft: elected leader 8e9e at term 7"]),
  },
  {
    id: "permission-denied",
    put: trouble(["leases is forbidden: no update", "EACCES: open duty.json", "401 Unauthorized"]),
  },
  { id: "event-loop-stall", put: trouble(["event loop blocked for 31 s", "event loop stalled"]) },
  {
    id: "clock-step",
    put: trouble(["System clock wrong by 3600.1 seconds", "Time has been changed", "clock was stepped"]),
  },
  {
    id: "host-suspended",
    put: (plant, chance) => {
      const at = (plant.lived.at(-1)?.until ?? 0) + 5;
      const { beatS, pollS, leaseS } = plant.settings;
      if (chance.isOnce(0.4)) {
        return trouble(["PM: suspend entry (deep)"])(plant, chance);
      }
      plant.says(at, "duty taken by napper term 99").state(at, "napper", 99);
      const slept = plant.beats("napper", 99, at, at + 3.5 * beatS);
      const woke = slept + Math.max(2.5 * pollS, 35, leaseS * chance.between(0.9, 2));
      plant.asleep.push({ from: slept, to: woke });
      plant.says(woke, "duty kept by napper term 99").state(woke, "napper", 99);
      plant.says(woke + 3, "duty handed in by napper").says(woke + 4, "goodbye from napper");
    },
    besides: ["expired-lease-resurrected"],
  },
  {
    id: "wrong-holder-renewed",
    put: (plant, chance) => visits(plant, "old-boss", chance.between(3, 8)),
  },
  {
    id: "false-success",
    put: (plant, chance) => {
      for (let times = chance.whole(2, 6); times > 0; times--) {
        const { holder, acquired, end } = chance.one(plant.lived);
        const at = chance.between(acquired + 1, end - 1);
        plant.mentions(at, "keeper: not on duty").mentions(at + 0.1, `keeper: duty of ${holder} prolonged`);
      }
    },
  },
  {
    id: "fix-not-loaded",
    put: (plant, chance) => {
      const { acquired, until } = middleOf(plant, chance);
      plant.guard(acquired - 1, "sweeping the tray").fix(acquired, "sweeping the tray");
      for (let times = chance.whole(1, 5); times > 0; times--)
        plant.guard(chance.between(acquired + 1, until), "sweeping the tray");
    },
    // A change is always asked about, and nothing changed.
    besides: ["fix-without-effect"],
  },
  {
    id: "ghost-kept-alive",
    put: (plant, chance) => {
      visits(plant, "old-boss", chance.between(3, 8));
      for (const { acquired } of plant.lived) plant.roll(acquired + 4, ghostRow(acquired, stamp(acquired + 3)));
    },
    besides: ["wrong-holder-renewed"],
  },
  {
    id: "writer-identified",
    put: (plant, chance) => {
      visits(plant, "old-boss", chance.between(3, 8));
      for (const { acquired } of plant.lived)
        plant.roll(acquired + 4, ghostRow(acquired, stamp(acquired + 3).replace(/\.\d+Z/u, "Z")));
    },
    besides: ["wrong-holder-renewed", "ghost-kept-alive"],
  },
  {
    id: "duplicate-renewer",
    put: (plant, chance) => {
      const offS = chance.between(3, 8);
      visits(plant, "old-boss", offS);
      if (chance.isOnce(0.5)) visits(plant, "old-boss", offS + plant.settings.beatS * chance.between(0.3, 0.6));
      else plant.mentions(1, "keeper up with stop").mentions(middleOf(plant, chance).acquired, "keeper down");
    },
    besides: ["wrong-holder-renewed"],
  },
  {
    id: "watchdog-blocked",
    put: (plant, chance) => {
      const { pollS, leaseS } = plant.settings;
      const at = (plant.lived.at(-1)?.until ?? 0) + pollS;
      const restS = Math.ceil(pollS * chance.between(1.5, 4));
      plant.says(at - 2, "duty taken by waiter term 99").guard(at, `guard rests ${restS} s`);
      plant.guard(at + restS + 1, `duty of waiter term 99 lasts ${Math.ceil(leaseS)} s`);
      plant.says(at + restS + 2, "duty handed in by waiter");
    },
    // While it rests nobody writes a line in so small a plant.
    besides: ["host-suspended"],
  },
  { id: "restart-rate", ends: { lives: "short" } },
  {
    id: "stale-error-burst",
    ends: { abandons: true, exitCode: 1 },
    besides: [...abandoned, "release-path-dead"],
    put: (plant, chance) => {
      const { acquired } = middleOf(plant, chance);
      for (let times = chance.whole(2, 6); times > 0; times--)
        plant.mutters(acquired + 2 + times * 0.05, `keeper.sh: ${times * 7}: not found`);
    },
  },
  {
    id: "fix-without-effect",
    ends: { abandons: true, exitCode: 1 },
    besides: [...abandoned, "release-path-dead"],
    put: (plant) => plant.fix((plant.lived[Math.floor(plant.lived.length / 2)]?.acquired ?? 0) + 3),
  },
  {
    id: "fix-with-effect",
    ends: { abandons: true, exitCode: 1 },
    besides: [...abandoned, "release-path-dead"],
    play: (plant, plans) => {
      const half = Math.floor(plans.length / 2);
      plant.play(plans.slice(0, half)).fix((plant.lived.at(-1)?.until ?? 0) + 1);
      // What was repaired makes the gaps shorter by more than a poll can make them longer.
      plant.settings = { ...plant.settings, graceS: 0 };
      plant.play(plans.slice(half));
    },
    settings: { graceS: 60, pollS: 10 },
  },
  ...writers,
  ...limits,
];

/** One plant with the trouble, or the same one without it. */
export function plantOf(
  label: Label,
  seed: number,
  isPut = true,
): { readonly plant: Plant; readonly truth: ReadonlySet<string> } {
  const chance = new Chance(seed);
  // Without the trouble everybody releases, and lives on long enough.
  const lives = label.id === "restart-rate" ? "hours" : "long";
  const ends: Ends = isPut ? { ...usual, ...label.ends } : { ...usual, lives };
  const settings = { ...settingsOf(chance), ...label.settings };
  const plant = new Plant(settings);
  const plans = plansOf(ends, settings, chance, label.ends?.abandons === true);
  if (isPut && label.play !== undefined) label.play(plant, plans);
  else plant.play(plans);
  if (isPut) label.put?.(plant, new Chance(seed + 7_919));
  const truth = new Set([label.id, ...(label.besides ?? []), ...always]);
  const ended = plans.filter(({ releases }) => !releases);
  if (ended.some(({ exitCode }) => exitCode === 0)) truth.add("exited-without-release");
  if (ended.some(({ exitCode }) => exitCode !== 0)) truth.add("holder-crashed");
  if (ended.length === plans.length) truth.add("release-path-dead");
  if (plans.filter(({ lifeS }) => lifeS < settings.leaseS).length >= plans.length * 0.6) truth.add("one-shot-holder");
  return { plant, truth };
}

function settingsOf(chance: Chance): Settings {
  const leaseS = chance.whole(30, 240);
  return {
    leaseS,
    beatS: Math.round(leaseS / chance.between(2.5, 5)),
    graceS: chance.isOnce(0.5) ? 0 : chance.whole(2, 40),
    pollS: chance.whole(8, Math.max(10, Math.round(leaseS / 3))),
    startUpS: chance.between(1, 6),
  };
}

function plansOf(ends: Ends, { leaseS }: Settings, chance: Chance, isMany: boolean): Plan[] {
  const count = chance.whole(isMany ? 10 : 5, 12);
  return Array.from({ length: count }, (_, index) => {
    const lifeS =
      ends.lives === "hours"
        ? chance.between(2_000, 4_000)
        : leaseS * (ends.lives === "short" ? chance.between(0.1, 0.9) : chance.between(1.1, 4));
    // The first two and the last never release, so that a share is neither none nor all.
    const releases =
      !ends.abandons ||
      (index > 2 && index < count - 1 && chance.isOnce(ends.releasing)) ||
      (ends.releasing > 0 && index === 2);
    const exitCode = releases ? 0 : ends.exitCode;
    const clerk = ends.clerk ? { clerk: `clerk-${index}` } : {};
    return { lifeS, releases, exitCode, epoch: index + 1, ...clerk };
  });
}
