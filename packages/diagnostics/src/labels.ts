/** What lines of one kind are told apart by, where a rule says something else of them. */

/** What the kernel's own line is labelled with. */
export const OUT_OF_MEMORY = "out of memory";
/** A process stood still while its memory was collected. */
export const COLLECTION = "collection";
/** Who polls for work did it for so long that it could not poll. */
export const POLL = "poll";
/** Whoever watches a process heard nothing of it. */
export const WATCHDOG = "watchdog";
