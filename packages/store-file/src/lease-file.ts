import { assertWritable, LeaseError, orAborted } from "@tenure/core";
import type { Clock, Snapshot, SwapOptions, SwapOutcome } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { readLeaseRecord } from "@tenure/schema/light";
import { claim, isSealed, opening } from "./chain.ts";
import { Courtesy } from "./courtesy.ts";
import { corrupt, errorCode, shortWrite, storeFailure } from "./failure.ts";
import type { Floor } from "./floor.ts";
import type { Journal, Place } from "./journal.ts";
import { createWhole, syncDirectory } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import { continueSealed, rotate } from "./rotate.ts";
import type { Rotation } from "./rotate.ts";
import { Turn } from "./turn.ts";

/** The revision where nothing was ever written, or all of it is gone. */
const NOTHING = "0";
/** Of a line with a record or what changes of it. Far more than any needs, far less than hurts. */
const LENGTH_MAX = 64 * 1024;

export interface LeaseFileContext extends Rotation {
  readonly floor: Floor;
  readonly clock: Clock;
  /** Makes the folder again if it was removed, with its word on which store it is. */
  readonly restore: () => Promise<void>;
  /** Called after each write of ours that took effect. */
  readonly onWritten: (place: Place, durable: boolean) => void;
}

interface Change {
  readonly record: LeaseRecord;
  readonly event: LeaseEvent;
  readonly durable: boolean;
  /** Gives out an epoch: only a candidate does, which has nothing running on the strength of the lease. */
  readonly issues: boolean;
}

/** One lease in a folder: its journal, which is the truth, and its floor, which outlives it. */
export class LeaseFile {
  readonly journal: Journal;
  readonly floor: Floor;
  readonly #context: LeaseFileContext;
  readonly #turn = new Turn();
  readonly #courtesy: Courtesy;
  #loads = -1;
  #validated = "";
  #rotating = false;
  #rehearsed = false;
  /** The segment whose name is known to survive a power cut: whoever made it may have died before it was. */
  #named: bigint | null = null;
  /** A segment whose sync failed. */
  #distrusted: string | null = null;

  constructor(context: LeaseFileContext) {
    this.#context = context;
    this.journal = context.journal;
    this.floor = context.floor;
    this.#courtesy = new Courtesy(context.clock);
  }

  read(): Snapshot {
    const place = this.#look(this.journal.lookFurther());
    const record = this.#recordAt(place);
    if (record !== null && place !== null) this.#validate(record, place);
    return this.#snapshot(record, this.#revisionAt(place));
  }

  async swap(expected: Snapshot, record: LeaseRecord, event: LeaseEvent, options: SwapOptions): Promise<SwapOutcome> {
    const { directory, owner } = this.journal;
    const silent = (what: string, cause: unknown): LeaseError =>
      new LeaseError(
        "ESTOREUNAVAILABLE",
        `${what} to ${directory} has not returned: the disk is not answering`,
        { name: owner.name },
        { cause },
      );
    assertWritable(owner.name, record, event);
    this.#refuseAborted(options.signal);
    const end = await this.#turn.take(options.signal).catch((cause: unknown) => {
      throw silent("nothing was sent, since an earlier write", cause);
    });
    const sent = { maybe: false };
    const { durable, signal } = options;
    const work = this.#write(expected, { record, event, durable }, sent, signal).finally(end);
    try {
      return await orAborted(work, options.signal);
    } catch (error) {
      if (!sent.maybe) throw error;
      const abandoned = options.signal?.aborted === true && error === options.signal.reason;
      return { outcome: "unknown", cause: abandoned ? silent("a write", error) : error };
    }
  }

  /**
   * Does for nothing what a takeover does. Whoever waits for a lease has the time; when it falls free, code is compiled, threads run
   * and pages are warm. Once for each lease and process, since a disk that hangs would take a thread each time.
   */
  async rehearse(): Promise<void> {
    if (this.#rehearsed) return;
    // The kernel tells a failed sync once: one beside a write's own would hear of it in its place.
    const end = await this.#turn.take();
    try {
      const place = this.#look();
      const { record, event } = place?.position.head ?? {};
      if (place === null || !record || !event || this.#rehearsed) return;
      this.#rehearsed = true;
      assertWritable(record.name, record, event);
      claim(place.position.head, record, event, true);
      await Promise.all([this.#sync(place.file), this.floor.rehearse()]);
    } finally {
      end();
    }
  }

  /** Resolves when nothing of ours is under way. */
  async settled(): Promise<void> {
    await Promise.all([this.#turn.take().then((end) => end()), this.floor.settled()]);
  }

  close(): void {
    this.journal.close();
    this.floor.close();
  }

  async #write(
    expected: Snapshot,
    wanted: Omit<Change, "issues">,
    sent: { maybe: boolean },
    signal?: AbortSignal,
  ): Promise<SwapOutcome> {
    await this.#courtesy.show(wanted.record);
    const first = await this.#unsealed(wanted.durable);
    if (!this.#stands(expected, first)) return { outcome: "conflict" };
    const change = { ...wanted, issues: this.#issues(wanted.record, first) };
    if (change.issues && change.record.epoch <= this.floor.issued) {
      // The candidate may not have seen the floor as it is now.
      if (expected.epochFloor < this.floor.issued) return { outcome: "conflict" };
      throw this.#regression(change.record);
    }
    if (change.issues && !(await this.floor.intend(change.record, () => this.#refuseAborted(signal))))
      return { outcome: "conflict" };
    this.#refuseAborted(signal);
    // Nothing comes between this look and the write: what it found open stays open.
    const place = change.issues ? this.#look() : first;
    const sealed = place !== null && place.position.head.sealedInto !== null;
    if (sealed || !this.#stands(expected, place)) return { outcome: "conflict" };
    return place === null ? await this.#begin(change, sent) : await this.#append(place, change, sent);
  }

  /** Begins a journal where there is none. */
  async #begin({ record, event, issues }: Change, sent: { maybe: boolean }): Promise<SwapOutcome> {
    const { files, owner, vacantPath } = this.journal;
    const line = opening(owner.storeId, record, event);
    refuseLong(record.name, line.text);
    await this.#context.restore();
    sent.maybe = true;
    try {
      if (!(await createWhole(files, vacantPath, line.text, this.#context.randomToken))) return { outcome: "conflict" };
    } catch (error) {
      sent.maybe = files.lstat(vacantPath) !== undefined;
      throw error;
    }
    // Of two that began at once the first may have led, if the other was paused: then nobody reads this file, or takes it for an old one.
    this.floor.load();
    // The first led by this very epoch: what stands here is led by nobody.
    if (issues && this.floor.isOfAnother(record)) return { outcome: "conflict" };
    if (issues) this.#confirm(record);
    const begun = this.#look();
    if (begun?.file.path !== vacantPath || !this.#shows(record, begun))
      return { outcome: "unknown", cause: this.#replaced(vacantPath) };
    this.#afterwards(begun, true);
    return { outcome: "committed", snapshot: this.#snapshot(record, line.revision) };
  }

  async #append(place: Place, change: Change, sent: { maybe: boolean }): Promise<SwapOutcome> {
    const { record, event, durable, issues } = change;
    const line = claim(place.position.head, record, event, durable);
    refuseLong(record.name, line.text);
    const file = place.file.retain();
    const { loads } = this.journal;
    let now: Place | null;
    try {
      sent.maybe = true;
      const appended = await this.journal.append(place, line, issues);
      const { verdict, cause } = appended;
      now = appended.place;
      if (verdict === "void") return { outcome: "conflict" };
      if (verdict === "torn") {
        sent.maybe = false;
        throw storeFailure(cause ?? shortWrite(), `append to ${file.path}`, { name: record.name });
      }
      if (verdict === "missing") return { outcome: "unknown", cause: cause ?? this.#replaced(file.path) };
      if (durable) await this.#sync(file);
    } finally {
      file.release();
    }
    if (issues) {
      this.#confirm(record);
      // Another may have led by it, and its line be cut off, while this one was paused before its own.
      if (this.floor.isOfAnother(record)) return { outcome: "conflict" };
      now = this.#look();
      // Where its line was taken away before that, another may have come and have the same epoch.
      if (this.journal.loads !== loads && !this.#shows(record, now))
        return { outcome: "unknown", cause: this.#replaced(file.path) };
      this.#courtesy.won(record, place.position.head.record);
    }
    this.#afterwards(now, durable);
    return { outcome: "committed", snapshot: this.#snapshot(record, line.revision) };
  }

  /**
   * What the kernel could not write it forgets, and the next sync of the same file succeeds without it. So nothing is made durable in
   * this segment any more.
   */
  async #sync(file: OpenFile): Promise<void> {
    try {
      await Promise.all([this.journal.sync(file), this.#syncName(file)]);
    } catch (error) {
      this.#distrusted = file.path;
      throw error;
    }
  }

  async #syncName({ facts }: OpenFile): Promise<void> {
    if (facts.ino === this.#named) return;
    await syncDirectory(this.journal.files, this.journal.directory);
    this.#named = facts.ino;
  }

  /** The epoch was noted before it was published, so it is safe; what fails here only hides a later loss of the journal's end. */
  #confirm(record: LeaseRecord): void {
    try {
      this.floor.confirm(record);
    } catch {
      this.floor.see(record);
    }
  }

  /** What is committed stays so, whatever goes wrong from here on. */
  #afterwards(place: Place | null, durable: boolean): void {
    if (place === null) return;
    const { onWritten, segmentBytes } = this.#context;
    onWritten(place, durable);
    if (place.position.end < segmentBytes || this.#rotating) return;
    this.#rotating = true;
    // What fails or is cut short here, the next writer completes.
    void this.#turn
      .take()
      .then((end) => rotate(this.#context, segmentBytes).finally(end))
      .catch(() => {})
      .finally(() => {
        this.#rotating = false;
      });
  }

  /** Where the journal stands, gone on with if its segment is sealed, or must not be trusted with what is to be durable. */
  async #unsealed(durable: boolean): Promise<Place | null> {
    if (durable && this.#distrusted !== null) await this.#leaveDistrusted();
    const place = this.#look();
    if (place === null || !isSealed(place.position.head)) return place;
    await continueSealed(this.#context, place);
    return this.#look();
  }

  async #leaveDistrusted(): Promise<void> {
    if (this.#look()?.file.path === this.#distrusted) await rotate(this.#context, 0);
    if (this.#look()?.file.path === this.#distrusted)
      throw new LeaseError(
        "ESTOREUNAVAILABLE",
        `a sync of ${this.#distrusted} failed, so it is not trusted any more, and the segment after it could not be begun yet`,
        { name: this.journal.owner.name },
      );
    this.#distrusted = null;
  }

  #look(seen = this.journal.look()): Place | null {
    let place = seen;
    // The journal may have been replaced while nobody looked: what the floor knows counts again.
    if (this.#loads !== this.journal.loads || place === null) {
      this.floor.load();
      this.#loads = this.journal.loads;
      // An epoch is published before the floor says so: with what the floor says now, the journal shows it.
      place = this.journal.look();
    }
    const record = this.#recordAt(place);
    if (record !== null) this.floor.see(record);
    return place;
  }

  /**
   * `null` also when the journal is older than the floor, or shows a term under an epoch that another has: then its record is lost,
   * whatever it says.
   */
  #recordAt(place: Place | null): LeaseRecord | null {
    const record = place?.position.head.record ?? null;
    if (record === null || record.epoch < this.floor.shown) return null;
    return this.floor.isOfAnother(record) ? null : record;
  }

  /** Whether the term of `record` stands, whatever was written about it since, or has been followed by others already. */
  #shows({ epoch, holder }: LeaseRecord, place: Place | null): boolean {
    const standing = this.#recordAt(place);
    return standing !== null && (standing.epoch > epoch || standing.holder?.instanceId === holder?.instanceId);
  }

  #revisionAt(place: Place | null): string {
    if (place === null) return NOTHING;
    const { revision } = place.position.head;
    return this.#recordAt(place) === null ? `lost.${revision}` : revision;
  }

  #stands(expected: Snapshot, place: Place | null): boolean {
    return expected.storeId === this.journal.owner.storeId && expected.revision === this.#revisionAt(place);
  }

  /** Whether a record gives out an epoch that the journal does not show in office already. */
  #issues(record: LeaseRecord, place: Place | null): boolean {
    const standing = this.#recordAt(place)?.epoch ?? this.floor.issued;
    return record.epoch !== standing || (record.holderIdentity !== null && this.#recordAt(place) === null);
  }

  #snapshot(record: LeaseRecord | null, revision: string): Snapshot {
    const { name, storeId } = this.journal.owner;
    return { name, storeId, record, revision, epochFloor: this.floor.issued, floorWaitMs: this.floor.waitMs };
  }

  /** Once for each revision: its checksum says that one of our builds wrote it, not that this build understands it. */
  #validate(record: LeaseRecord, { file, position }: Place): void {
    const { revision } = position.head;
    if (this.#validated === revision) return;
    const { name } = this.journal.owner;
    try {
      readLeaseRecord(record);
    } catch (error) {
      const { message } = error as Error;
      if (errorCode(error) === "ESCHEMAVERSION")
        throw new LeaseError("ESCHEMAVERSION", `${file.path}: ${message}`, { name }, { cause: error });
      throw corrupt(
        file.path,
        `the record of revision ${revision} is none: ${message}`,
        "Put back a good copy, or move this file to another folder.",
        { name },
      );
    }
    this.#validated = revision;
  }

  /** Given up before anything was sent, so that it is known that nothing will take effect. */
  #refuseAborted(signal: AbortSignal | undefined): void {
    if (signal?.aborted !== true) return;
    const { name } = this.journal.owner;
    throw new LeaseError(
      "EABORTED",
      `the write of lease ${name} was given up before it was sent`,
      { name },
      { cause: signal.reason },
    );
  }

  #regression({ name, epoch }: LeaseRecord): LeaseError {
    return new LeaseError(
      "EEPOCHREGRESSION",
      `epoch ${epoch} of lease ${name} is not to be had: ${this.floor.issued} was there before; read the lease again and take a higher one`,
      { name, epoch },
    );
  }

  #replaced(path: string): LeaseError {
    return new LeaseError(
      "ESTOREUNAVAILABLE",
      `${path} was removed or replaced while it was written to; read the lease again`,
      { name: this.journal.owner.name },
    );
  }
}

function refuseLong(name: string, { length }: string): void {
  if (length > LENGTH_MAX)
    throw new LeaseError(
      "EINVALID",
      `a record of lease ${name} of ${length} characters is too long; ${LENGTH_MAX} are the most`,
      { name },
    );
}
