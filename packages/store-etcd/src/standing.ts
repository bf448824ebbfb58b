import { LeaseError, readStored, waitMsOf, type Snapshot } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseRecord } from "@tenure/schema/light";
import type { Keys } from "./keys.ts";
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

export interface Floor {
  readonly epoch: number;
  readonly waitMs: number;
  readonly lines: number;
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

/**
 * What stands for a lease. Record, floor and nonce are written in one transaction, so whatever they were not written in together was
 * written or deleted by somebody else, or copied key by key: such a record is lost, and what it says of epochs and waits still counts.
 * @throws LeaseError `ESTATECORRUPT`, `ESCHEMAVERSION` for what cannot be read.
 */
export function snapshotOf(
  { keys, name, storeId }: { readonly keys: Keys; readonly name: string; readonly storeId: string },
  cluster: string,
  found: readonly (readonly KeyValue[])[],
): Snapshot {
  const [record, floor, nonce] = [0, 1, 2].map((at) => found[at]?.[0]);
  const read = record === undefined ? null : readStored(`etcd at ${record.key}`, name, () => recordOf(record.value));
  const kept = floor === undefined ? null : readStored(`etcd at ${floor.key}`, name, () => floorOf(floor.value));
  if (read === null && kept === null && nonce !== undefined) throw floorIsGone(keys, name, nonce);
  const [recordMod, floorMod] = [record?.modRevision ?? "0", floor?.modRevision ?? "0"];
  const isWhole = read !== null && recordMod === floorMod && recordMod === nonce?.modRevision;
  // A cluster has not seen more writes than its revision says.
  const lines = kept?.lines ?? Number(recordMod);
  return {
    name,
    storeId,
    record: isWhole ? read : null,
    revision: revisionText({ line: lines, recordMod, floorMod, cluster, nonce: nonce?.value ?? "" }),
    epochFloor: Math.max(kept?.epoch ?? 0, read?.epoch ?? 0),
    floorWaitMs: Math.max(kept?.waitMs ?? 0, read === null ? 0 : waitMsOf(read)),
  };
}

/** Written by an operator once nobody acts under the lost epochs any more. */
export function raiseFloor(keys: Keys, name: string, floor: Floor): string {
  return `etcdctl put ${keys.floor(name)} '${JSON.stringify(floor)}'`;
}

function partsOf(keys: Keys, name: string): readonly string[] {
  return [keys.record(name), keys.floor(name), keys.nonce(name)];
}

function recordOf(text: string): LeaseRecord {
  return readLeaseRecord(parseBoundedJson(text));
}

function floorOf(text: string): Floor {
  const { epoch, waitMs, lines } = Object(parseBoundedJson(text)) as Readonly<Record<keyof Floor, unknown>>;
  const [read, wait, last] = [epoch, waitMs, lines].map((value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      throw new TypeError("it is no floor, with epoch, waitMs and lines as whole numbers");
    return value;
  });
  return { epoch: read ?? 0, waitMs: wait ?? 0, lines: last ?? 0 };
}

/** What is put back must be filled in by somebody who knows: a wait that is too short makes two lead. */
function floorIsGone(keys: Keys, name: string, nonce: KeyValue): LeaseError {
  // Above every line of the journal that may still be there.
  const floor = `{"epoch":EPOCH,"waitMs":WAIT,"lines":${nonce.modRevision}}`;
  return new LeaseError(
    "ESTATECORRUPT",
    `etcd: record and floor of lease ${name} were deleted, and with them its epochs. Nothing was overwritten. Put the floor back: ` +
      `etcdctl put ${keys.floor(name)} '${floor}', with the highest epoch there ever was, and the longest lease duration and lock delay of ` +
      `its terms together, in milliseconds; or, if the lease is to begin anew, delete ${keys.nonce(name)} as well, once nobody acts under it any more`,
    { name },
  );
}
