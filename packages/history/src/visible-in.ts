import type { JournalLine } from "./journal-line.ts";
import type { Visible } from "./observation.ts";

/**
 * A journal as observations, for the invariants that can be asked of it alone (I2). `at` is the place of the line, not a time:
 * the stamps in a journal come from many clocks.
 */
export function visibleIn(lines: Iterable<JournalLine>): Visible[] {
  return [...lines].map(({ record }, index) => ({
    kind: "visible",
    at: index,
    lease: record.name,
    holder:
      record.holderIdentity === null ? null : `${record.holderIdentity} ${record.holder?.instanceId ?? ""}`.trim(),
    epoch: record.epoch,
    nonce: record.nonce,
  }));
}
