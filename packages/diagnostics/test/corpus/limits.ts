import type { Chance } from "./chance.ts";
import type { Label } from "./label.ts";
import type { Plant } from "./plant.ts";

function set(plant: Plant, settings: Readonly<Record<string, number>>, unit: string): void {
  for (const [label, value] of Object.entries(settings)) plant.guard(1.5, `set ${label} to ${value}${unit}`);
}

/** Processes that the guard starts and ends again, after all leaders. */
function killed(plant: Plant, times: number, everyS: number, livedS: () => number, silentS: () => number): void {
  const from = (plant.lived.at(-1)?.until ?? 0) + 10;
  for (let index = 0; index < times; index++) {
    const at = from + index * everyS;
    plant.guard(at, `forked ${900 + index}`);
    plant.guard(at + livedS(), `guard ends ${900 + index}, silent for ${Math.round(silentS())} s`);
  }
}

function tight(chance: Chance, leaseS: number): Readonly<Record<string, number>> {
  const deadline = Math.round(leaseS * 0.8);
  return chance.isOnce(0.5)
    ? { renewDeadline: deadline, renewInterval: Math.ceil(deadline * chance.between(0.55, 1)) }
    : {
        renewDeadline: deadline,
        renewInterval: Math.round(leaseS * 0.18),
        requestTimeout: Math.ceil(deadline * chance.between(0.4, 0.9)),
      };
}

/** Troubles of what was set, and of whoever restarts. */
export const limits: readonly Label[] = [
  {
    id: "unsafe-timing",
    put: (plant, chance) => {
      const { leaseS } = plant.settings;
      const [deadline, stop] = chance.isOnce(0.5)
        ? [chance.between(0.85, 1), chance.between(0.2, 0.6)]
        : [chance.between(1.05, 2), 0];
      const whole = { renewDeadline: Math.ceil(leaseS * deadline) };
      set(plant, stop === 0 ? whole : { ...whole, stopTimeout: Math.ceil(leaseS * stop) }, " s");
    },
  },
  {
    id: "no-retry-fits",
    put: (plant, chance) => {
      set(plant, tight(chance, plant.settings.leaseS), " s");
      const { acquired, end } = chance.one(plant.lived);
      if (chance.isOnce(0.5)) plant.says(chance.between(acquired + 1, end - 1), "duty not kept: no answer");
    },
  },
  {
    id: "restart-limit-untrippable",
    put: (plant, chance) => {
      const burst = chance.whole(2, 8);
      set(plant, { restartBurst: burst }, "");
      if (chance.isOnce(0.3)) set(plant, { restartWindow: 0 }, " s");
      else if (chance.isOnce(0.5)) {
        const delay = chance.whole(2, 30);
        set(plant, { restartDelay: delay, restartWindow: Math.floor(burst * delay * chance.between(0.3, 1)) }, " s");
      } else {
        const window = chance.whole(60, 600);
        set(plant, { restartDelay: 1, restartWindow: window }, " s");
        killed(
          plant,
          burst + chance.whole(3, 6),
          (window / (burst + 3)) * 0.8,
          () => 4,
          () => 3,
        );
      }
    },
    // Processes that are ended before they came up were not given the time, too.
    besides: ["newborn-killed"],
  },
  {
    id: "newborn-killed",
    put: (plant, chance) => {
      if (chance.isOnce(0.5)) {
        const silentS = chance.between(200, 2_000);
        killed(
          plant,
          chance.whole(1, 5),
          90,
          () => chance.between(5, 60),
          () => silentS,
        );
        return;
      }
      const bornS = chance.between(10, 50);
      killed(
        plant,
        chance.whole(3, 6),
        90,
        () => bornS,
        () => bornS,
      );
    },
  },
  {
    id: "start-failed",
    put: (plant, chance) => {
      const from = (plant.lived.at(-1)?.until ?? 0) + 10;
      for (let index = chance.whole(4, 9); index > 0; index--) {
        const at = from + index * 12;
        plant.guard(at, `forked ${900 + index}`);
        plant.guard(at + chance.between(2, 10), `reaped ${900 + index} code ${chance.whole(1, 127)} as failed`);
      }
    },
  },
  {
    id: "gave-up",
    put: (plant, chance) => {
      const from = (plant.lived.at(-1)?.until ?? 0) + 10;
      for (let index = chance.whole(0, 2); index >= 0; index--) plant.guard(from + index * 10, `forked ${900 + index}`);
      plant.guard(from + 40, "guard gives up");
      if (chance.isOnce(0.4)) plant.guard(from + chance.between(60, 3_000), "forked 999");
    },
  },
];
