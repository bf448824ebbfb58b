export { diagnose, type AskedChange, type DiagnoseOptions } from "./diagnose.ts";
export { HTML_HEAD, htmlOf } from "./html/index.ts";
export { learn, type Draft, type DraftNote } from "./learn/index.ts";
export { readJournal } from "./read-journal.ts";
export { markdownOf } from "./markdown.ts";
export { counted, times } from "./numbers.ts";
export { shellWord } from "./shell-word.ts";
export { GIT_GUARDS, gitHistory, type GitHistoryOptions, type RunProgram } from "./readers/git-history.ts";
export { leaseShownOf } from "./report-words.ts";
export { signatureLines } from "./signature/text.ts";
export { CutShortError, type Source } from "./source.ts";
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
export type { Room } from "./doctor/room.ts";
export type { ExaminedState, StateFault, StateProgram, StateWrite } from "./doctor/state/examined-state.ts";
export { stateChecks } from "./doctor/state/index.ts";
