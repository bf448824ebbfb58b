import type { Keys } from "./keys.ts";

/** KEYS floors · ARGV name, epoch, wait. Free of what a shell or redis-cli would read as its own within quotation marks. */
const RAISE_FLOOR = [
  "local epoch, wait = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) ?(%d*)$')",
  "epoch, wait = tonumber(epoch or '') or 0, tonumber(wait or '') or 0",
  "if math.max(epoch, wait) >= 2^53 then epoch, wait = 0, 0 end",
  "local raised = string.format('%.0f %.0f', math.max(epoch, ARGV[2]), math.max(wait, ARGV[3]))",
  "redis.call('HSET', KEYS[1], ARGV[1], raised)",
  "return raised",
].join(" ");

/** What is typed in redis-cli: raises the floor to an epoch and lengthens its wait, and never lowers or shortens either. */
export function raiseFloor(keys: Keys, name: string, { epoch, waitMs }: { epoch: number; waitMs: number }): string {
  return `EVAL "${RAISE_FLOOR}" 1 ${keys.floors} ${name} ${epoch} ${waitMs}`;
}
