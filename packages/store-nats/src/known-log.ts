import { nowhere, type Floor, type Place, type Write } from "./message.ts";

/** What the messages of a lease come to. */
export interface Standing {
  /** The last message, whether or not it counts: what the next write replaces. */
  readonly head: Place;
  /** The last write that counts. `null`: there was none, or it was lost since then. */
  readonly write: Write | null;
  readonly floor: Floor;
}

/**
 * What was seen of the log of a bucket, and the latest message of all, by which it is known again. A restored copy has lost its end and
 * gets another: a log that still has that message, with its nonce, is the same up to there, and all that was seen before it stands.
 */
export class KnownLog {
  #latest: Place = nowhere;
  readonly #standings = new Map<string, Standing>();

  get isEmpty(): boolean {
    return this.#latest.seq === 0;
  }

  get latest(): Place {
    return this.#latest;
  }

  standing(name: string): Standing | undefined {
    return this.#standings.get(name);
  }

  /** Seen where the latest message stood at the same time. What is older than what is known already changes nothing. */
  add(name: string, standing: Standing): void {
    const { head } = standing;
    if (head.seq <= (this.#standings.get(name)?.head.seq ?? 0)) return;
    this.#standings.set(name, standing);
    if (head.seq > this.#latest.seq) this.#latest = head;
  }
}
