/**
 * @tenure/advisor: what a timing is worth.
 *
 * Guarantees: all of tenure's own arithmetic is `@tenure/core`'s; what is said of another system follows from its published rules, each of
 * which is cited. Not guaranteed: that another system does what its source says in the version you run, or that what was recorded comes again.
 */
export { adviseTiming, type Wish } from "./advise.ts";
export { foreignSystems, proveForeign } from "./foreign/prove.ts";
export { recordedHistory, slownessOf, type LateRenewal, type RecordedHistory } from "./recorded.ts";
export { whatIf } from "./what-if.ts";
export { overlapMs, ridesOut, worstGapMs, writesPerHour } from "./worth.ts";
