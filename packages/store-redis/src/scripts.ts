import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** Of one lease; older lines are dropped. */
const JOURNAL_LINES_MAX = 10_000;

/** KEYS store · ARGV a new id, the version of the layout. Names the store where it has no name yet; one that has can be opened without a write. */
export const OPEN = `
local named = redis.call('HMGET', KEYS[1], 'id', 'version')
if named[1] and named[2] then return named end
redis.call('HSETNX', KEYS[1], 'id', ARGV[1])
redis.call('HSETNX', KEYS[1], 'version', ARGV[2])
return redis.call('HMGET', KEYS[1], 'id', 'version')`;

/** Nothing is asked of another store than the one that was opened. */
const HERE = `
local id = redis.call('HGET', KEYS[1], 'id')
if id ~= ARGV[1] then return {'gone', id or ''} end`;

/** What stands: its revision, and the floor beside it. What is no number where one belongs is told with its key, and left as it is. */
const STANDING = `${HERE}
local name = ARGV[2]
local lease = redis.call('HMGET', KEYS[3], 'record', 'revision', 'epoch', 'changed_at')
local function is_whole(text) return text and text:match('^%d+$') and tonumber(text) < 2^53 end
local function damaged(key, floor) return {'damaged', key, floor, lease[1]} end
-- A floor that was raised by hand may know no wait.
local floor, wait = string.match(redis.call('HGET', KEYS[2], name) or '0', '^(%d+) ?(%d*)$')
if wait == '' then wait = '0' end
if not is_whole(floor) or not is_whole(wait) then return damaged(KEYS[2], '0') end
if lease[2] and not (is_whole(lease[3]) and is_whole(lease[4])) then return damaged(KEYS[3], floor) end
local revision = '0'
if not lease[2] then
  if tonumber(floor) > 0 then revision = 'lost.' .. floor end
elseif tonumber(lease[3]) < tonumber(floor) then
  -- One put back from an old copy is no record any more.
  revision = 'lost.' .. floor .. '.' .. lease[2]
else
  revision, floor = lease[2], lease[3]
end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))`;

/** The last of KEYS is nothing. A reader asks as a writer would: a replica, whose answer may be of the past, refuses. */
const AS_WRITER = "redis.call('DEL', KEYS[#KEYS])";

/** KEYS store, floors, lease, nothing · ARGV store id, name. */
export const READ: string = `${AS_WRITER}
${STANDING}
return {'standing', revision, floor, wait, lease[1], lease[4], now}`;

/** KEYS store, floors, nothing · ARGV store id. */
export const LIST: string = `${AS_WRITER}
${HERE}
return {'leases', redis.call('HKEYS', KEYS[2])}`;

/** KEYS store, journal, nothing · ARGV store id, from, at most how many. */
export const JOURNAL: string = `${AS_WRITER}
${HERE}
return {'lines', redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3])}`;

/**
 * KEYS store, floors, lease, journal · ARGV store id, name, expected revision, record, event, epoch, nonce, wait, channel. A script
 * that fails is not rolled back, so everything that can be refused comes before the first write that matters. Before 7.0 a script cannot
 * ask what its user may do: then each command is tried first where it changes nothing that anybody reads, or a line of the journal, which
 * the server may refuse for its number as well. The record comes last.
 */
export const SWAP: string = `${STANDING}
local expected, record, event, epoch, nonce, next_wait, channel = unpack(ARGV, 3)
if revision ~= expected then return {'conflict'} end
if tonumber(epoch) < tonumber(floor) or (revision:sub(1, 5) == 'lost.' and tonumber(epoch) == tonumber(floor)) then
  return {'regression', floor}
end
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('HSET', KEYS[3], 'record', record) and
  redis.acl_check_cmd('HSET', KEYS[2], name, epoch) and
  redis.acl_check_cmd('XADD', KEYS[4], '*', 'record', record)
) then
  return redis.error_reply("NOPERM this user may not write what tenure keeps")
end
local newest = redis.call('XREVRANGE', KEYS[4], '+', '-', 'COUNT', 1)[1]
local after = newest and tonumber(newest[1]:match('^%d+')) or 0
local counted = redis.call('HGET', KEYS[1], 'revision') or '0'
if not is_whole(counted) then return damaged(KEYS[1], floor) end
local number = string.format('%.0f', math.max(after, tonumber(counted)) + 1)
redis.call('PUBLISH', channel, name)
redis.call('HSET', KEYS[1], 'revision', number)
redis.call('XADD', KEYS[4], 'MAXLEN', ${JOURNAL_LINES_MAX}, number .. '-0', 'event', event, 'record', record)
revision = number .. '.' .. nonce
if tonumber(next_wait) > tonumber(wait) then wait = next_wait end
redis.call('HSET', KEYS[2], name, epoch .. ' ' .. wait)
redis.call('HSET', KEYS[3], 'record', record, 'revision', revision, 'epoch', epoch, 'changed_at', now)
return {'committed', revision, epoch, wait}`;

/** KEYS fence · ARGV field, epoch. Raises to the epoch if that is higher, and tells the highest. */
export const RAISE = `
local highest = redis.call('HGET', KEYS[1], ARGV[1])
if highest and tonumber(highest) >= tonumber(ARGV[2]) then return highest end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]`;

const digests = new Map(
  [READ, LIST, JOURNAL, SWAP].map((script) => [script, createHash("sha1").update(script).digest("hex")]),
);

/** Runs a script by its digest. Its text is sent to a server that does not know it yet, and for a user who may not name it so. */
export async function run(
  client: Pick<Redis, "eval" | "evalsha">,
  script: string,
  keys: readonly string[],
  values: readonly (string | number)[],
): Promise<unknown> {
  const asked = [keys.length, ...keys, ...values] as const;
  try {
    return await client.evalsha(digests.get(script) ?? "", ...asked);
  } catch (error) {
    if (!isNotRun(error)) throw error;
    return await client.eval(script, ...asked);
  }
}

/** The server refused to look for it, or did not find it: nothing of it took effect. */
function isNotRun(error: unknown): boolean {
  return (
    error instanceof Error && error.name === "ReplyError" && /^(?:NOSCRIPT |NOPERM .*'evalsha')/u.test(error.message)
  );
}
