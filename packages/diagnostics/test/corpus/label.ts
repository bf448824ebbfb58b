import type { Chance } from "./chance.ts";
import type { Plan, Plant, Settings } from "./plant.ts";

export type Put = (plant: Plant, chance: Chance) => void;

/** A trouble, and a plant that has it. */
export interface Label {
  readonly id: string;
  /** How leaders end in such a plant; `releases` alone where the trouble is something else. */
  readonly ends?: Partial<Ends>;
  /** Puts the trouble into what was played. */
  readonly put?: Put;
  readonly settings?: Partial<Settings>;
  /** Plays the leaders, where the trouble is between them. */
  readonly play?: (plant: Plant, plans: readonly Plan[]) => void;
  /** What else is then true as well, and may be found. */
  readonly besides?: readonly string[];
}

export interface Ends {
  readonly abandons: boolean;
  /** That share of them releases all the same. */
  readonly releasing: number;
  readonly exitCode: number;
  readonly lives: "short" | "long" | "hours";
  readonly clerk: boolean;
}

/** The loss that follows a trouble, within the lease. */
export function trouble(words: readonly string[]): Put {
  return (plant, chance) => {
    for (let times = chance.whole(1, 3); times > 0; times--) {
      const { acquired, end } = chance.one(plant.lived);
      const at = chance.between(acquired, end - 1);
      plant.mentions(at, chance.one(words));
      plant.says(
        at + chance.between(0.5, plant.settings.leaseS * 0.8),
        chance.one(["failed to renew lease default/press", "leader election lost", "stopped leading"]),
      );
    }
  };
}

export function middleOf(plant: Plant, chance: Chance): Plant["lived"][number] {
  return plant.lived[chance.whole(1, plant.lived.length - 2)] as Plant["lived"][number];
}
