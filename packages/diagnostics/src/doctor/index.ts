import type { Check } from "./answer.ts";
import { clocks } from "./clocks.ts";
import type { Examined, ExaminedPlace } from "./examined.ts";
import { holderProcess } from "./holder-process.ts";
import { identities } from "./identities.ts";
import { journal } from "./journal.ts";
import { namesakes } from "./namesakes.ts";
import { honesty, host, space } from "./place.ts";
import { programs } from "./programs.ts";
import { renewing } from "./renewing.ts";
import { restarts } from "./restarts.ts";
import { rhythm } from "./rhythm.ts";
import { rightHolder } from "./right-holder.ts";
import { standing } from "./standing.ts";
import { timing } from "./timing.ts";

/** What is asked of each lease, in the order in which it is told. */
export const leaseChecks: readonly Check<Examined>[] = [
  standing,
  renewing,
  rightHolder,
  rhythm,
  holderProcess,
  identities,
  namesakes,
  programs,
  restarts,
  clocks,
  timing,
  journal,
];

/** What is asked of the place where leases are kept. */
export const placeChecks: readonly Check<ExaminedPlace>[] = [honesty, space, host];
