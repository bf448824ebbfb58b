import type { LeaseRecord } from "@tenure/schema";

/** One line of a block of the floor. */
export interface FloorLine {
  /** In the first line. */
  readonly storeId?: string;
  readonly name?: string;
  readonly bootId?: string;
  /** About to be published under this epoch… */
  readonly intended?: number;
  /** …and published. */
  readonly published?: number;
  /** By this instance: the first that notes an epoch has it. */
  readonly by?: string | undefined;
  /** How long that term may outlive its last renewal. */
  readonly waitMs: number;
}

/** What the lines of a floor come to. */
export class FloorNotes {
  #intended = 0;
  #published = 0;
  #publishedBy: string | undefined;
  #waitMs = 0;

  get intended(): number {
    return this.#intended;
  }

  get published(): number {
    return this.#published;
  }

  /** Who has the epoch that was published last, where that was noted. */
  get publishedBy(): string | undefined {
    return this.#publishedBy;
  }

  get waitMs(): number {
    return this.#waitMs;
  }

  take({ intended = 0, published = 0, by, waitMs }: FloorLine): void {
    this.#intended = Math.max(this.#intended, intended);
    if (published > this.#published) this.#publishedBy = by;
    else if (published === this.#published) this.#publishedBy ??= by;
    this.#published = Math.max(this.#published, published);
    this.#waitMs = Math.max(this.#waitMs, waitMs);
  }

  /**
   * Whether a term was begun under an epoch that is noted as another's: whatever the record says, nobody led by it, or may. What is
   * written over a term under way is a collision, and told as one.
   */
  isOfAnother({ epoch, holder, renewals }: LeaseRecord): boolean {
    if (holder === null || renewals > 0 || epoch !== this.#published || this.#publishedBy === undefined) return false;
    return holder.instanceId !== this.#publishedBy;
  }
}
