import type { Check } from "../answer.ts";
import { stateAdoption } from "./adoption.ts";
import type { ExaminedState } from "./examined-state.ts";
import { stateFile } from "./file.ts";
import { stateHeartbeat } from "./heartbeat.ts";
import { stateHolder } from "./holder.ts";
import { statePrograms } from "./programs.ts";
import { stateRhythm } from "./rhythm.ts";

/** What is asked of the leader file of another mechanism: the five questions of those who had one that said it was well. */
export const stateChecks: readonly Check<ExaminedState>[] = [
  stateHeartbeat,
  stateHolder,
  stateRhythm,
  stateFile,
  statePrograms,
  stateAdoption,
];
