import type { LeaseStore } from "@tenure/core";
import type { Engine } from "@tenure/engines";

/** A kind of server: tenure on it, and the same work done by hand with the same client library. */
export interface EngineSide {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** What is told by hand. */
  readonly news: string;
  readonly start: () => Promise<Engine | null>;
  readonly open: (url: string) => Promise<LeaseStore>;
  readonly rows: (url: string, names: readonly string[]) => Promise<RawRows>;
  readonly telling: (url: string) => Promise<RawNews>;
}

/** One value a name, each changed where it still is what it was, and nothing else. */
export interface RawRows {
  /** Rejects where it is not. */
  update(name: string): Promise<void>;
  close(): Promise<void>;
}

/** From a notification to who hears it. */
export interface RawNews {
  tell(): Promise<void>;
  /** The next one, from now on; resolves with when it was heard. */
  heard(): Promise<number>;
  close(): Promise<void>;
}

/** As long as a record. */
export const RECORD: string = JSON.stringify({ text: "x".repeat(900) });
