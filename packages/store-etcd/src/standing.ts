import { readStored, waitMsOf, type Snapshot } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseRecord } from "@tenure/schema/light";
import { floorIsGone, nobodyWaits, readFloor } from "./floor.ts";
import type { Keys } from "./keys.ts";
import { readLine } from "./line.ts";
import type { KeyValue, Operation, TxnAnswer } from "./txn.ts";

/** Of one write: no other has the same, in this cluster or one restored from it, since the nonce belongs to it. */
export interface Revision {
  /** Number of its journal line. */
  readonly line: number;
  /** Mod revisions of the cluster; `0` where a key is not there. They differ when somebody else wrote or deleted one. */
  readonly recordMod: string;
  readonly floorMod: string;
  readonly cluster: string;
  /** Empty where there is none. */
  readonly nonce: string;
}

const REVISION = /^(?<line>\d+)\.(?<recordMod>\d+)\.(?<floorMod>\d+)\.(?<cluster>\d+)\.(?<nonce>[\w-]*)$/u;

export function revisionText({ line, recordMod, floorMod, cluster, nonce }: Revision): string {
  return [line, recordMod, floorMod, cluster, nonce].join(".");
}

/** `null` for what no etcd store wrote. */
export function readRevision(text: string): Revision | null {
  const { line, recordMod, floorMod, cluster, nonce } = REVISION.exec(text)?.groups ?? {};
  if (line === undefined || recordMod === undefined || floorMod === undefined) return null;
  return { line: Number(line), recordMod, floorMod, cluster: cluster ?? "", nonce: nonce ?? "" };
}

/** What a lease consists of, apart from its journal: got together, at one revision of the cluster. */
export function standingOf(keys: Keys, name: string): readonly Operation[] {
  return partsOf(keys, name).map((key) => ({ get: { key } }));
}

/** The same as `standingOf` would get, of what was put at once; `null` unless that was all of it. */
export function wholeWrite(keys: Keys, name: string, put: readonly KeyValue[]): TxnAnswer["found"] | null {
  const found = partsOf(keys, name).map((key) => put.filter((each) => each.key === key));
  return found.every((part) => part.length === 1) ? found : null;
}

/** What tells the number of the last line where no floor does; `null` where one does. */
export function lastLineOf(keys: Keys, name: string, [, floor = []]: TxnAnswer["found"]): Operation | null {
  return floor.length > 0 ? null : { get: keys.lines(name, 0), limit: 1, isLast: true };
}

/**
 * What stands for a lease. Record, floor and nonce are written in one transaction, so whatever they were not written in together was
 * written or deleted by somebody else, or copied key by key: such a record is lost, and what it says of epochs and waits still counts.
 * @param found what `standingOf` gets, then what `lastLineOf` does.
 * @throws LeaseError `ESTATECORRUPT`, `ESCHEMAVERSION` for what cannot be read, or has nobody wait.
 */
export function snapshotOf(
  { keys, name, storeId }: { readonly keys: Keys; readonly name: string; readonly storeId: string },
  cluster: string,
  found: TxnAnswer["found"],
): Snapshot {
  const [record, floor, nonce, last] = [0, 1, 2, 3].map((at) => found[at]?.[0]);
  const read = record === undefined ? null : readStored(`etcd at ${record.key}`, name, () => recordOf(record.value));
  const kept = floor === undefined ? null : readStored(`etcd at ${floor.key}`, name, () => readFloor(floor.value));
  // Where there is no line: a cluster has not seen more writes than its revision says.
  const lines =
    kept?.lines ?? (last === undefined ? Number((record ?? nonce)?.modRevision ?? 0) : keys.lineOf(last.key));
  if (read === null && kept === null && nonce !== undefined)
    throw floorIsGone(keys, name, { ...toldBy(last, name, nonce), lines });
  const [recordMod, floorMod] = [record?.modRevision ?? "0", floor?.modRevision ?? "0"];
  const isWhole = read !== null && recordMod === floorMod && recordMod === nonce?.modRevision;
  const [epochFloor, floorWaitMs] = [
    Math.max(kept?.epoch ?? 0, read?.epoch ?? 0),
    Math.max(kept?.waitMs ?? 0, read === null ? 0 : waitMsOf(read)),
  ];
  if (!isWhole && epochFloor > 0 && floorWaitMs === 0)
    throw nobodyWaits(keys, name, { epoch: epochFloor, waitMs: null, lines });
  return {
    name,
    storeId,
    record: isWhole ? read : null,
    revision: revisionText({ line: lines, recordMod, floorMod, cluster, nonce: nonce?.value ?? "" }),
    epochFloor,
    floorWaitMs,
  };
}

/** Epoch and wait of the write that left this nonce, where the line that was written with it is still there. */
function toldBy(
  last: KeyValue | undefined,
  name: string,
  nonce: KeyValue,
): { readonly epoch: number | null; readonly waitMs: number | null } {
  if (last?.modRevision !== nonce.modRevision) return { epoch: null, waitMs: null };
  const { record } = readStored(`etcd at ${last.key}`, name, () => readLine(last.value));
  return { epoch: record.epoch, waitMs: waitMsOf(record) };
}

function partsOf(keys: Keys, name: string): readonly string[] {
  return [keys.record(name), keys.floor(name), keys.nonce(name)];
}

function recordOf(text: string): LeaseRecord {
  return readLeaseRecord(parseBoundedJson(text));
}
