import { randomUUID } from "node:crypto";
import { causeOf, LeaseError, ServerStore, type FenceStorage, type LeaseStore } from "@tenure/core";
import { addressOf, type Address } from "./address.ts";
import { Bucket, refuseUnfit } from "./bucket.ts";
import { isLostRace, isStreamCode, storeFailure, StreamCode } from "./failure.ts";
import { NatsEngine } from "./nats-engine.ts";
import { askServer, refuseOld } from "./server.ts";
import { Session, type Line } from "./session.ts";
import { readStoreId, storeNamed } from "./store-name.ts";

/** Each takes a round trip; a write is in process for some of them, or until its cluster has chosen another leader. */
const NAMING_TRIES = 1_000;

export interface NatsStoreOptions {
  /** `nats://user@host:4222`, or `natss://` for TLS; see `addressOf` for further servers, the bucket, TLS and credentials. */
  readonly url: string;
  /** Holds the password, or the token where there is no user, that the URL does not. */
  readonly passwordFile?: string | undefined;
  /** Refuses any other store than this one, and makes none. */
  readonly storeId?: string | undefined;
  /** Remembers the highest epoch seen across processes, on this machine's disk: `fileFence` does. In memory it is always remembered. */
  readonly seenEpochs?: FenceStorage | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the leases in a key-value bucket of a NATS server, by default `tenure`, and makes the bucket where there is none.
 * @throws LeaseError `ECONFIG` for a URL that is none, another store than the pinned one, a bucket that forgets, or a server that is too
 * old; `ESTOREUNAVAILABLE` when it cannot be reached; `EPERMISSION` when it refuses the user; `ESCHEMAVERSION` when a newer build wrote it.
 */
export async function openNatsStore(options: NatsStoreOptions): Promise<LeaseStore> {
  const { url, passwordFile, signal, seenEpochs } = options;
  const address = addressOf(url, passwordFile);
  const session = new Session(address.servers);
  const bucket = new Bucket(address.bucket);
  try {
    const storeId = await session.ask((line) => storeIdOf(line, bucket, address, options.storeId), signal);
    const facts = await askServer(session, bucket, address.isInClear, signal);
    return new ServerStore(new NatsEngine({ session, bucket, storeId, facts }), seenEpochs);
  } catch (error) {
    await session.end();
    throw storeFailure(causeOf(error), "open the store");
  }
}

async function storeIdOf(line: Line, bucket: Bucket, address: Address, pinned: string | undefined): Promise<string> {
  const { connection, manager } = line;
  refuseOld(connection.info?.version);
  try {
    refuseUnfit(bucket, await manager.streams.info(bucket.stream));
  } catch (error) {
    if (!isStreamCode(error, StreamCode.notFound)) throw error;
    // One that is pinned is not to come about anew on a server that lost it.
    if (pinned !== undefined) throw anotherStore(null, pinned);
    await make(line, bucket, address.replicas);
  }
  // Looked for without a write: a server that is full takes none, and a user who may only read may make none.
  let storeId = await named(line, bucket);
  if (storeId === null && pinned === undefined) {
    await name(line, bucket);
    storeId = await named(line, bucket);
  }
  if (storeId !== null && (pinned === undefined || storeId === pinned)) return storeId;
  throw anotherStore(storeId, pinned ?? "");
}

/** Somebody else may make it at the same time, in the same way. */
async function make({ manager }: Line, bucket: Bucket, replicas: number): Promise<void> {
  try {
    await manager.streams.add(bucket.config(replicas));
  } catch (error) {
    if (!isStreamCode(error, StreamCode.nameInUse)) throw error;
    refuseUnfit(bucket, await manager.streams.info(bucket.stream));
  }
}

/** What the store is called; `null` where it has no name yet. */
async function named({ manager }: Line, bucket: Bucket): Promise<string | null> {
  const kept = await manager.streams.getMessage(bucket.stream, { last_by_subj: bucket.store });
  return kept === null ? null : readStoreId(kept.string());
}

/** The first one to open it names the store. One whose name is still in process may not come about, so it is tried again. */
async function name({ manager }: Line, bucket: Bucket): Promise<void> {
  const made = storeNamed(randomUUID());
  const expect = { lastSubjectSequence: 0, streamName: bucket.stream };
  for (let triesLeft = NAMING_TRIES; ; triesLeft -= 1)
    try {
      await manager.jetstream().publish(bucket.store, made, { expect });
      return;
    } catch (error) {
      if (isStreamCode(error, StreamCode.wrongLastSequence)) return;
      if (!isLostRace(error) || triesLeft === 1) throw error;
    }
}

function anotherStore(found: string | null, pinned: string): LeaseError {
  const message = `this bucket holds ${found === null ? "no store" : `store ${found}`}, and store ${pinned} was asked for`;
  return new LeaseError("ECONFIG", message);
}
