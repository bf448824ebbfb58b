import { LeaseError } from "@tenure/core";
import { parseBoundedJson } from "@tenure/schema/light";
import type { Keys } from "./keys.ts";

/** What is kept of a lease when its record is lost. */
export interface Floor {
  /** The highest there ever was. */
  readonly epoch: number;
  /** How long the longest term there was may last after its last renewal. */
  readonly waitMs: number;
  /** Number of the last journal line. */
  readonly lines: number;
}

/** A floor for an operator to put there. `null`: not known, to be filled in. */
export interface FloorToPut {
  readonly epoch: number | null;
  readonly waitMs: number | null;
  readonly lines: number | null;
}

/** @throws TypeError for what is no floor. */
export function readFloor(text: string): Floor {
  const { epoch, waitMs, lines } = Object(parseBoundedJson(text)) as Readonly<Record<keyof Floor, unknown>>;
  const [read, wait, last] = [epoch, waitMs, lines].map((value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      throw new TypeError("it is no floor, with epoch, waitMs and lines as whole numbers");
    return value;
  });
  return { epoch: read ?? 0, waitMs: wait ?? 0, lines: last ?? 0 };
}

/** Run by an operator once nobody acts under the lost epochs any more. What is not known makes it no floor, until it is filled in. */
export function raiseFloor(keys: Keys, name: string, floor: FloorToPut): string {
  return `${putFloor(keys, name, floor)}, unless a higher epoch stands there by now (etcdctl get ${keys.floor(name)})`;
}

/** @param known what the journal tells. */
export function floorIsGone(keys: Keys, name: string, known: FloorToPut): LeaseError {
  return new LeaseError(
    "ESTATECORRUPT",
    `etcd: record and floor of lease ${name} were deleted, and with them its epochs. Nothing was overwritten. Once nobody acts under them ` +
      `any more, run: ${putFloor(keys, name, known)}; or, if the lease is to begin anew, etcdctl del ${keys.nonce(name)}`,
    { name },
  );
}

/** No write of a store's leaves such a floor: whoever wrote an epoch wrote with it how long its term may last. */
export function nobodyWaits(keys: Keys, name: string, floor: FloorToPut): LeaseError {
  return new LeaseError(
    "ESTATECORRUPT",
    `etcd at ${keys.floor(name)}: the floor of lease ${name} has epoch ${floor.epoch} and no wait, so that nobody would wait for a holder that ` +
      `may still act. Nothing was overwritten. Run: ${putFloor(keys, name, floor)}`,
    { name },
  );
}

function putFloor(keys: Keys, name: string, { epoch, waitMs, lines }: FloorToPut): string {
  const text = `{"epoch":${epoch ?? "EPOCH"},"waitMs":${waitMs ?? "WAIT_MS"},"lines":${lines ?? "LINES"}}`;
  const blanks = [
    ...(epoch === null ? ["the highest epoch there ever was for EPOCH"] : []),
    ...(waitMs === null
      ? ["the longest lease duration there was, plus its lock delay, in milliseconds for WAIT_MS"]
      : []),
    ...(lines === null ? ["the number of the last line of its journal for LINES, 0 where none is left"] : []),
  ];
  return [`etcdctl put ${keys.floor(name)} '${text}'`, ...blanks].join(", with ");
}
