import { LeaseError, waitMsOf } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseRecord } from "@tenure/schema/light";
import type { Keys } from "./keys.ts";

/** What a script answers that found no number where one belongs. */
export type Damaged = readonly [answer: "damaged", key: string, floor: string, record: string | null];

/** KEYS floors · ARGV name, epoch, wait. Free of what a shell or redis-cli would read as its own within quotation marks. */
const RAISE_FLOOR = [
  "local epoch, wait = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) ?(%d*)$')",
  "epoch, wait = tonumber(epoch or '') or 0, tonumber(wait or '') or 0",
  "if math.max(epoch, wait) >= 2^53 then epoch, wait = 0, 0 end",
  "local raised = string.format('%.0f %.0f', math.max(epoch, ARGV[2]), math.max(wait, ARGV[3]))",
  "redis.call('HSET', KEYS[1], ARGV[1], raised)",
  "return raised",
].join(" ");

interface Floor {
  readonly epoch: number;
  readonly waitMs: number;
}

/** What is typed in redis-cli: raises the floor to an epoch and lengthens its wait, and never lowers or shortens either. */
export function raiseFloor(keys: Keys, name: string, { epoch, waitMs }: Floor): string {
  return `EVAL "${RAISE_FLOOR}" 1 ${keys.floors} ${name} ${epoch} ${waitMs}`;
}

/** `ESTATECORRUPT`, with what to type in redis-cli. */
export function damageOf(keys: Keys, name: string, [, key, floor, text]: Damaged): LeaseError {
  const record = recordIn(text);
  const waitMs = record === null ? 0 : waitMsOf(record);
  const raise = raiseFloor(keys, name, { epoch: Math.max(Number(floor), record?.epoch ?? 0), waitMs });
  const told = (repair: string): LeaseError => {
    const message = `Redis: key ${key} holds no number where one belongs, so what stands for lease ${name} cannot be read. Nothing was overwritten. ${repair}`;
    return new LeaseError("ESTATECORRUPT", message, { name });
  };
  if (key === keys.store) return told(`Let it count anew, from the journal, in redis-cli: HDEL ${key} revision`);
  if (key === keys.floors)
    return told(`Raise its floor in redis-cli, to this epoch or a higher one that there ever was: ${raise}`);
  return told(`Once nobody acts under it any more, take it for lost, in redis-cli: ${raise} and DEL ${key}`);
}

function recordIn(text: string | null): LeaseRecord | null {
  try {
    return text === null ? null : readLeaseRecord(parseBoundedJson(text));
  } catch {
    // It tells no epoch then.
    return null;
  }
}
