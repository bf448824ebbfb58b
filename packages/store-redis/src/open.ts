import { randomUUID } from "node:crypto";
import { causeOf, LeaseError, ServerStore, type FenceStorage, type LeaseStore } from "@tenure/core";
import type { Redis, RedisOptions } from "ioredis";
import { addressOf } from "./address.ts";
import { storeFailure } from "./failure.ts";
import { keysOf, LAYOUT_VERSION, PREFIX, type Keys } from "./keys.ts";
import { RedisEngine } from "./redis-engine.ts";
import { OPEN } from "./scripts.ts";
import { askServer, refuseUnfit } from "./server.ts";
import { Session } from "./session.ts";

export interface RedisStoreOptions {
  /** `redis://user@host:6379/0` or `rediss://`; see `addressOf` for TLS and passwords. Either this or `client`. */
  readonly url?: string | undefined;
  /**
   * A client of the program's own: the store reaches the same server with the same settings, by connections of its own. A shared one
   * might send a request a second time after its connection broke.
   */
  readonly client?: Pick<Redis, "options"> | undefined;
  /** Holds the password that the URL does not. */
  readonly passwordFile?: string | undefined;
  /** What the names of its keys begin with. Default: `tenure`. */
  readonly prefix?: string | undefined;
  /** Refuses any other store than this one. */
  readonly storeId?: string | undefined;
  /** Remembers the highest epoch seen across processes, on this machine's disk: `fileFence` does. In memory it is always remembered. */
  readonly seenEpochs?: FenceStorage | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the leases of a Redis or Valkey server, and names the store where it has no name yet.
 * @throws LeaseError `ECONFIG` for a URL that is none, another store than the pinned one, or a server that drops leases or keeps nothing;
 * `ESTOREUNAVAILABLE` when it cannot be reached or is a replica; `EPERMISSION` when it refuses the user; `ESCHEMAVERSION` when a newer
 * build wrote it.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<LeaseStore> {
  const { prefix = PREFIX, signal, seenEpochs } = options;
  const [session, keys] = [new Session(settingsOf(options)), keysOf(prefix)];
  try {
    const facts = await askServer(session, signal);
    refuseUnfit(facts);
    const storeId = await nameOf(session, keys, options);
    return new ServerStore(new RedisEngine({ session, keys, storeId, facts }), seenEpochs);
  } catch (error) {
    session.end();
    throw storeFailure(causeOf(error), "open the store");
  }
}

function settingsOf({ url, client, passwordFile }: RedisStoreOptions): RedisOptions {
  if (client !== undefined) return client.options;
  if (url === undefined) throw new LeaseError("EUSAGE", "a Redis store needs either a url or a client");
  return addressOf(url, passwordFile);
}

async function nameOf(session: Session, keys: Keys, { storeId: pinned, signal }: RedisStoreOptions): Promise<string> {
  // One that is pinned is not to come about anew on a server that lost it.
  const found =
    pinned === undefined
      ? await session.ask((client) => client.eval(OPEN, 1, keys.store, randomUUID(), LAYOUT_VERSION), signal)
      : await session.ask((client) => client.hmget(keys.store, "id", "version"), signal);
  const [id, version] = found as readonly [id: string | null, version: string | null];
  if (pinned !== undefined && id !== pinned)
    throw new LeaseError(
      "ECONFIG",
      `this server holds ${id === null ? "no store" : `store ${id}`}, and store ${pinned} was asked for`,
    );
  if (Number(version) !== LAYOUT_VERSION)
    throw new LeaseError(
      "ESCHEMAVERSION",
      `Redis: what is kept there is of version ${version}, and this build knows version ${LAYOUT_VERSION}; install the newer @tenure/store-redis`,
    );
  return id ?? "";
}
