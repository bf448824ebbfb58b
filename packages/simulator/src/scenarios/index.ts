import { breakAndTransfer } from "./break-and-transfer.ts";
import { clocks } from "./clocks.ts";
import { disk } from "./disk.ts";
import { fence } from "./fence.ts";
import { floor } from "./floor.ts";
import { life } from "./life.ts";
import { oneShotVerbs } from "./one-shot-verbs.ts";
import { pause } from "./pause.ts";
import { proofOfDeath } from "./proof-of-death.ts";
import { recordedTiming } from "./recorded-timing.ts";
import { release } from "./release.ts";
import type { Scenario } from "./scenario.ts";
import { unknown } from "./unknown.ts";
import { watchdog } from "./watchdog.ts";
import { whichProcess } from "./which-process.ts";
import { whichStore } from "./which-store.ts";

/** One or more for each rule that closes a schedule which would break a promise. Fairness has none: nothing is promised there. */
export const scenarios: readonly Scenario[] = [
  ...whichProcess,
  ...oneShotVerbs,
  ...breakAndTransfer,
  ...release,
  ...proofOfDeath,
  ...clocks,
  ...recordedTiming,
  ...unknown,
  ...floor,
  ...disk,
  ...whichStore,
  ...fence,
  ...pause,
  ...life,
  ...watchdog,
];
