import { join } from "node:path";
import type { Clock, Timer } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import type { Head } from "./chain.ts";
import { isRegularFile, kindOf, READ_FLAGS } from "./file-system.ts";
import type { FileSystem } from "./file-system.ts";
import { layout } from "./layout.ts";
import type { MirrorWriter } from "./surroundings.ts";

/** Renewals are mirrored this often at most… */
const COALESCE_MS = 1_000;
/** …and no more often than this part of the lease duration: what the mirror of a living holder shows is still younger than its lease. */
const COALESCE_SHARE = 0.5;
/** Transitions at once, but not before whoever wrote one has gone on with what it waited for… */
const SOON_MS = 10;
/** …and no more often than this: with many of them, writing files for people would be most of the work. */
const APART_MS = 250;
const MAX_SIZE = 1024 * 1024;

type Showable = Head & { readonly record: LeaseRecord };

export interface MirrorContext {
  readonly files: FileSystem;
  readonly directory: string;
  readonly storeId: string;
  readonly name: string;
  readonly clock: Clock;
  readonly mirrorWriter: MirrorWriter;
  /** Called with what went wrong: a mirror is a convenience, and never fails a lease. */
  readonly onError: (error: unknown) => void;
}

/**
 * `NAME.json`: the record as a readable file, for people and for tools that only read. It lags behind the journal, never
 * decides anything, and is repaired by the next writer.
 */
export class Mirror {
  readonly #context: MirrorContext;
  #latest: Showable | null = null;
  #writtenSeq = 0;
  #urgent = false;
  #timer: Timer | null = null;
  #timerIsUrgent = false;
  #writtenAtMs = -Infinity;
  #writing: Promise<void> | null = null;

  constructor(context: MirrorContext) {
    this.#context = context;
  }

  /** Takes in a newer state, and writes it now or soon. Never waits, never throws. */
  show({ record, ...state }: Head, atOnce: boolean): void {
    if (record === null) return;
    const head = { ...state, record };
    if (this.#latest !== null && head.seq <= this.#latest.seq && head.sum !== this.#latest.sum) this.#writtenSeq = 0;
    this.#latest = head;
    this.#urgent ||= atOnce;
    if (this.#writing === null) this.#writeSoon(head);
  }

  /** Loads what writing needs, so that it does not load in the middle of a takeover. */
  async rehearse(): Promise<void> {
    await this.#context.mirrorWriter.prepare();
  }

  /** Writes what is still waiting. */
  async flush(): Promise<void> {
    for (;;) {
      if (this.#timer !== null) this.#write();
      if (this.#writing === null) return;
      await this.#writing;
    }
  }

  #writeSoon(latest: Showable): void {
    // A timer that runs is not begun again, or a busy lease would never be shown.
    if (this.#timer !== null && (this.#timerIsUrgent || !this.#urgent)) return;
    this.#timer?.cancel();
    this.#timerIsUrgent = this.#urgent;
    this.#timer = this.#context.clock.startTimer(this.#delayMs(latest), () => this.#write());
  }

  #delayMs({ record }: Showable): number {
    const sinceMs = this.#context.clock.now().monotonicMs - this.#writtenAtMs;
    if (this.#urgent) return Math.max(SOON_MS, APART_MS - sinceMs);
    const shareMs = COALESCE_SHARE * record.leaseDurationMs;
    return Math.max(COALESCE_MS, shareMs - sinceMs);
  }

  #write(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#urgent = false;
    this.#writtenAtMs = this.#context.clock.now().monotonicMs;
    this.#writing ??= this.#writeLatest()
      .catch(this.#context.onError)
      .finally(() => {
        this.#writing = null;
        if (this.#latest !== null && this.#latest.seq > this.#writtenSeq) this.#writeSoon(this.#latest);
      });
  }

  async #writeLatest(): Promise<void> {
    // It is asked for by `show` alone.
    const head = this.#latest as Showable;
    // Even a failure is not tried again before there is something new to show.
    this.#writtenSeq = head.seq;
    const { files, directory, storeId, name, mirrorWriter } = this.#context;
    const path = join(directory, layout.mirror(name));
    const there = files.lstat(path);
    if (there !== undefined && !isRegularFile(there))
      throw new Error(`${path} is ${kindOf(there)} where a file belongs; remove it, and the mirror comes back`);
    if (there !== undefined && isNewer(shown(files, path, storeId), head)) return;
    const { record, revision, seq } = head;
    const text = `${JSON.stringify({ ...record, storeId, revision, seq }, null, 2)}\n`;
    await mirrorWriter.write(path, text);
  }
}

interface Shown {
  readonly storeId?: unknown;
  readonly epoch?: unknown;
  readonly seq?: unknown;
}

/** A journal that began anew after a loss counts its lines from 1, under a higher epoch. */
function isNewer({ epoch, seq }: Shown, head: Showable): boolean {
  if (typeof epoch !== "number" || typeof seq !== "number") return false;
  return epoch > head.record.epoch || (epoch === head.record.epoch && seq > head.seq);
}

/** What the mirror on disk says; nothing where it is damaged or another store's. */
function shown(files: FileSystem, path: string, storeId: string): Shown {
  const fd = files.open(path, READ_FLAGS);
  try {
    const buffer = Buffer.alloc(Math.min(files.fstat(fd).size, MAX_SIZE));
    const mirror: unknown = JSON.parse(buffer.toString("utf8", 0, files.read(fd, buffer, 0)));
    return typeof mirror === "object" && mirror !== null && "storeId" in mirror && mirror.storeId === storeId
      ? mirror
      : {};
  } catch {
    return {};
  } finally {
    files.close(fd);
  }
}
