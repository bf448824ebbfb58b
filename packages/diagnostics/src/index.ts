export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export { readJournal } from "./read-journal.ts";
export { markdownOf } from "./markdown.ts";
export { gitHistory, type GitHistoryOptions, type RunProgram } from "./readers/git-history.ts";
export type { Source } from "./source.ts";
export { ill, type Answer, type Check, type Fired } from "./doctor/answer.ts";
export type {
  Beat,
  Examined,
  ExaminedFile,
  ExaminedPlace,
  ExaminedProcess,
  FormerHolder,
  Restarts,
  Watch,
} from "./doctor/examined.ts";
export { leaseChecks, placeChecks } from "./doctor/index.ts";
