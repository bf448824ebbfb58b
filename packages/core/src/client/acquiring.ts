import type { LeaseRecord } from "@tenure/schema";
import type { Sightings } from "../client.ts";
import { LeaseError } from "../errors.ts";
import { endsByItself } from "../protocol/pause.ts";
import type { Snapshot } from "../store.ts";
import { factsOf, type Candidacy, type WonTerm } from "./candidacy.ts";
import type { ClientContext } from "./context.ts";
import { describePause } from "./obstacle.ts";
import { asError, isFatal } from "./request.ts";
import { read } from "./swap.ts";
import type { WaitingRoom } from "./waiting-room.ts";

const FIRST_BACK_OFF_MS = 10;
const LONGEST_BACK_OFF_MS = 1000;
/** Others were faster this many times in a row: then the lease is in good hands. */
const MOST_LOOKS = 10;
const MOST_TROUBLES = 3;

/**
 * Waits until the lease is won. What time may cure (a store that is away, a broken watch) is waited out. The room stays open
 * for whoever won to close it: first things first.
 */
export async function acquireTerm(candidacy: Candidacy, room: WaitingRoom): Promise<WonTerm> {
  let snapshot: Snapshot | null = null;
  let backOffMs = 0;
  try {
    for (;;) {
      try {
        snapshot ??= await room.look();
        const attempt = await candidacy.attempt(snapshot, room.left);
        if (attempt.outcome === "won") return attempt.term;
        if (attempt.outcome === "wait") {
          backOffMs = 0;
          snapshot = await room.next(snapshot, attempt.forMs);
          continue;
        }
        snapshot = null;
        if (attempt.trouble === undefined) continue;
        room.noteTrouble(attempt.trouble);
      } catch (error) {
        room.throwIfLeft();
        if (isFatal(error)) throw error;
        room.noteTrouble(asError(error));
        snapshot = null;
      }
      // At first without any delay: an unknown outcome is mostly known by the next look.
      if (backOffMs > 0) snapshot = await room.next(null, backOffMs);
      backOffMs = Math.min(Math.max(2 * backOffMs, FIRST_BACK_OFF_MS), LONGEST_BACK_OFF_MS);
      room.throwIfLeft();
    }
  } catch (error) {
    room.close();
    // Before whoever gave up closes the store, or ends.
    await candidacy.abandon();
    throw error;
  }
}

/** One attempt; looks again only where what it saw was old, or its outcome unknown. */
export async function tryAcquireTerm(
  context: ClientContext,
  candidacy: Candidacy,
  sightings: Sightings | undefined,
): Promise<WonTerm | null> {
  const { name, observer } = candidacy;
  let troubles = 0;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const snapshot = await read(context, name);
    observer.see(snapshot);
    if (sightings !== undefined) observer.recall(snapshot, await sightings.load(name));
    const attempt = await candidacy.attempt(snapshot);
    if (attempt.outcome === "won") return attempt.term;
    if (attempt.outcome === "wait") {
      await sightings?.save(name, observer.sighting(snapshot));
      if (attempt.reason === "paused") throw pausedError(snapshot, attempt.paused);
      return null;
    }
    if (attempt.trouble === undefined) continue;
    troubles += 1;
    if (troubles < MOST_TROUBLES) continue;
    void candidacy.abandon();
    const message = `it is unknown whether lease "${name}" was acquired; if it was, it ends by itself: try again`;
    throw new LeaseError("EAMBIGUOUS", message, { name }, { cause: attempt.trouble });
  }
  return null;
}

function pausedError(snapshot: Snapshot, paused: NonNullable<LeaseRecord["paused"]>): LeaseError {
  const advice = endsByItself(paused) ? "; resume lifts it" : "";
  const message = `lease "${snapshot.name}" ${describePause(paused)}${advice}`;
  return new LeaseError("EPAUSED", message, factsOf(snapshot));
}
