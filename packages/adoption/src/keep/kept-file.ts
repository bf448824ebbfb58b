import type { Clock, LeaseStore, Snapshot } from "@tenure/core";
import { LeaseError } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import type { Adoption } from "../adoption.ts";
import { editForeignLease } from "../edit.ts";
import { isWaitedOut, observeForeignLease, type ForeignWatch } from "../observe.ts";
import { isSame, readForeignLease, type ForeignLease } from "../read.ts";
import { describeForeignWrite } from "./evidence.ts";
import type { FileLook, ForeignFile } from "./foreign-file.ts";
import { isOwnWrite, leaseInFile } from "./own-writes.ts";

/** What becomes of a write that did not come through tenure. */
export type ForeignWritePolicy = "repair" | "refuse";

/** How a lease was adopted. */
export interface AdoptedLease {
  readonly adoption: Adoption;
  readonly onForeignWrite: ForeignWritePolicy;
  /** What the file said when its holder had been waited out. */
  readonly seen: ForeignLease;
  /** The whole file as it was then: what it is made of again when it is gone. */
  readonly original: string;
}

export interface KeptFileOptions {
  readonly name: string;
  readonly adopted: AdoptedLease;
  readonly file: ForeignFile;
  readonly store: LeaseStore;
  readonly clock: Clock;
}

/** What stands in the way of a change of the record. */
export type Objection =
  /** Nothing; `remark` is to be written down with it. */
  | { readonly kind: "none"; readonly remark: string | null }
  /** A foreign holder may lead: not yet. */
  | { readonly kind: "wait"; readonly error: LeaseError }
  /** Whoever leads must not go on beside the foreign writer; nobody may follow where `bar`. */
  | { readonly kind: "end"; readonly evidence: string; readonly bar: boolean };

interface Found {
  readonly look: FileLook | null;
  readonly lease: ForeignLease | null;
  readonly why: string;
}

/** `damaged`: gone or unreadable for no longer than a write may be under way. */
type Standing = "in-step" | "behind" | "damaged" | "foreign";

const MOST_TRIES = 5;
const UNDER_WAY_MS = 1_000;

/** One adopted file, as one process keeps it in step with its lease, and finds out who else writes it. */
export class KeptFile {
  readonly #options: KeptFileOptions;
  /** What this process knows to stand in the file. */
  #written: { readonly revision: string; readonly inode: string | null; readonly text: string } | null = null;
  #damaged: { readonly version: string; readonly sinceMs: number } | null = null;
  #watch: ForeignWatch | null = null;
  /** The foreign write found last, and whether the journal has it. */
  #found: { readonly version: string; readonly evidence: string; told: boolean } | null = null;

  constructor(options: KeptFileOptions) {
    this.#options = options;
  }

  /** The highest epoch that the file lays claim to. */
  async epoch(): Promise<number> {
    const { lease } = await this.#find();
    return lease?.epoch ?? 0;
  }

  /** Judges the file before the record is changed. */
  async object(expected: Snapshot, next: LeaseRecord, how: "acquire" | "renew" | "other"): Promise<Objection> {
    const { onForeignWrite } = this.#options.adopted;
    const found = await this.#find();
    const record = expected.record ?? next;
    if ((await this.#standing(found, record, expected.revision)) !== "foreign") {
      const isNew = how === "acquire" && expected.record?.epoch !== next.epoch;
      const isTaken = isNew && found.lease !== null && found.lease.epoch >= next.epoch;
      if (isTaken) return { kind: "wait", error: this.#refusal(`it is at epoch ${found.lease.epoch} already`) };
      return { kind: "none", remark: this.#untold() };
    }
    const evidence = await this.#evidenceOf(found, record);
    if (how === "other") return { kind: "none", remark: this.#untold() };
    // Before there is a record nobody can be kept from it, but by waiting.
    if (onForeignWrite === "refuse" && expected.record !== null) return { kind: "end", evidence, bar: true };
    const isAbove = (found.lease?.epoch ?? 0) > next.epoch;
    if (how === "renew" && isAbove) return { kind: "end", evidence, bar: false };
    const error = how === "acquire" ? this.#mayLead(found.lease, next) : null;
    return error === null ? { kind: "none", remark: this.#untold() } : { kind: "wait", error };
  }

  /** What was to be written down with the last remark was not. */
  notWritten(): void {
    if (this.#found !== null) this.#found.told = false;
  }

  /**
   * Brings the file into step with what stands in the store. What others put there stays under the policy `refuse`, and where its
   * epoch is higher: the file never goes back.
   */
  async bringIntoStep(): Promise<void> {
    const { store, name, adopted, file } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { record, revision } = await store.read(name);
      if (record === null) return;
      const found = await this.#find();
      const standing = await this.#standing(found, record, revision);
      if (standing === "in-step") return this.#know(revision, found.look);
      if (standing === "damaged") return;
      if (standing === "foreign") {
        await this.#evidenceOf(found, record);
        if (adopted.onForeignWrite === "refuse") return;
      }
      if ((found.lease?.epoch ?? 0) > record.epoch) return;
      if (found.look !== null && found.lease === null) await file.putAway(found.look.text);
      const base =
        found.look === null || found.lease === null ? (this.#written?.text ?? adopted.original) : found.look.text;
      const text = inStep(base, adopted.adoption, record);
      const written = await file.replace(text, found.look);
      if (written === null) continue;
      this.#know(revision, written);
      // Whoever was overtaken between its look and its write puts the newer state back.
      if ((await store.read(name)).revision === revision) return;
    }
  }

  async #find(): Promise<Found> {
    const look = await this.#options.file.look();
    if (look === null) return { look, lease: null, why: "it is gone" };
    try {
      return { look, lease: readForeignLease(look.text, this.#options.adopted.adoption), why: "" };
    } catch (error) {
      return { look, lease: null, why: `it cannot be read: ${(error as Error).message}` };
    }
  }

  async #standing({ look, lease }: Found, record: LeaseRecord, revision: string): Promise<Standing> {
    if (lease === null) {
      const version = look?.version ?? "";
      const { monotonicMs } = this.#options.clock.now();
      if (this.#damaged?.version !== version) this.#damaged = { version, sinceMs: monotonicMs };
      return monotonicMs - this.#damaged.sinceMs < UNDER_WAY_MS ? "damaged" : "foreign";
    }
    this.#damaged = null;
    if (isSame(lease, leaseInFile(record))) return "in-step";
    // Behind by a write of ours that was cut short, by another process's, or since it was adopted.
    if (this.#written?.revision === revision) return "foreign";
    const { adopted, store, name } = this.#options;
    return isSame(lease, adopted.seen) || (await isOwnWrite(store, name, lease)) ? "behind" : "foreign";
  }

  #know(revision: string, look: FileLook | null): void {
    if (look !== null) this.#written = { revision, inode: look.inode, text: look.text };
  }

  /** Nobody knows whether a foreign holder still leads, until it let go or stood unchanged for its whole duration. */
  #mayLead(lease: ForeignLease | null, { epoch }: LeaseRecord): LeaseError | null {
    if (lease === null) return null;
    const { monotonicMs, wallMs } = this.#options.clock.now();
    this.#watch = observeForeignLease(this.#watch, { lease, monotonicMs, wallMs }).watch;
    if (!isWaitedOut(this.#watch, monotonicMs))
      return this.#refusal(
        `it is held by ${quoteForDisplay(lease.holderIdentity)}, epoch ${lease.epoch}, written by another program; it must let go, or stand unchanged for ${lease.leaseDurationMs} ms`,
      );
    return lease.epoch >= epoch ? this.#refusal(`it is at epoch ${lease.epoch} already`) : null;
  }

  #refusal(why: string): LeaseError {
    const { name, file } = this.#options;
    return new LeaseError("ELOCKED", `lease ${quoteForDisplay(name)} is adopted from ${file.path}: ${why}`, { name });
  }

  /** Described once: what it is told of may be committed by another try. */
  async #evidenceOf({ look, lease, why }: Found, record: LeaseRecord): Promise<string> {
    const version = look?.version ?? "";
    if (this.#found?.version !== version) {
      const { file, adopted } = this.#options;
      const ownInode = this.#written?.inode ?? null;
      const write = { file, adoption: adopted.adoption, look, lease, why, record, ownInode };
      this.#found = { version, evidence: await describeForeignWrite(write), told: false };
    }
    return this.#found.evidence;
  }

  #untold(): string | null {
    if (this.#found === null || this.#found.told) return null;
    this.#found.told = true;
    return this.#found.evidence;
  }
}

/** The text that says of the lease what the record says. */
function inStep(text: string, adoption: Adoption, record: LeaseRecord): string {
  const { holderIdentity, epoch, lastHeartbeatMs, leaseDurationMs } = leaseInFile(record);
  return editForeignLease(text, adoption, {
    holderIdentity,
    epoch,
    leaseDurationMs,
    ...(lastHeartbeatMs !== null && { lastHeartbeatMs }),
  });
}
