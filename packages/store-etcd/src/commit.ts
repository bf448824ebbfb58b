import { textToStore, waitMsOf, type Snapshot } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import type { Floor } from "./floor.ts";
import type { Keys } from "./keys.ts";
import { revisionText, type Revision } from "./standing.ts";
import type { KeyValue, Operation, Txn, TxnAnswer } from "./txn.ts";

/** Of one lease; older lines are dropped with the commit that adds another. */
const JOURNAL_LINES_MAX = 10_000;

/** One write: what it puts where, if what was expected still stands. */
export interface Commit {
  readonly txn: Txn;
  /** Of what it puts. */
  readonly length: number;
  /** What stands once it took effect. */
  readonly snapshot: (answer: TxnAnswer) => Snapshot;
}

/** Record, nonce, floor and journal line in one transaction, which takes effect only on the expected write of this very store. */
export function commitOf(
  keys: Keys,
  expected: Snapshot,
  { line, recordMod, floorMod, nonce }: Revision,
  record: LeaseRecord,
  event: LeaseEvent,
): Commit {
  const { name, storeId } = expected;
  const floor: Floor = {
    epoch: Math.max(expected.epochFloor, record.epoch),
    waitMs: Math.max(expected.floorWaitMs, waitMsOf(record)),
    lines: line + 1,
  };
  const surplus = floor.lines - JOURNAL_LINES_MAX;
  const [text, lineText] = [textToStore(name, record), JSON.stringify({ event, record })];
  const txn: Txn = {
    compare: [
      { key: keys.store, value: storeId },
      { key: keys.record(name), modRevision: recordMod },
      { key: keys.floor(name), modRevision: floorMod },
      nonce === "" ? { key: keys.nonce(name), modRevision: "0" } : { key: keys.nonce(name), value: nonce },
    ],
    success: [
      { put: keys.record(name), value: text },
      { put: keys.nonce(name), value: record.nonce },
      { put: keys.floor(name), value: JSON.stringify(floor) },
      { put: keys.line(name, floor.lines), value: lineText },
      ...(surplus > 0 ? [{ remove: keys.lines(name, 0, surplus + 1) } satisfies Operation] : []),
    ],
    failure: [{ get: { key: keys.store } }],
  };
  return {
    txn,
    length: text.length + lineText.length,
    snapshot: ({ cluster, revision }) => ({
      name,
      storeId,
      record,
      revision: revisionText({
        line: floor.lines,
        recordMod: revision,
        floorMod: revision,
        cluster,
        nonce: record.nonce,
      }),
      epochFloor: floor.epoch,
      floorWaitMs: floor.waitMs,
    }),
  };
}

/** The revision that a line's own write left. */
export function revisionOfLine(
  keys: Keys,
  cluster: string,
  { key, modRevision }: KeyValue,
  { nonce }: LeaseRecord,
): string {
  return revisionText({ line: keys.lineOf(key), recordMod: modRevision, floorMod: modRevision, cluster, nonce });
}
