import { createLeaseClient } from "@tenure/core";
import { processOf, thisHost } from "@tenure/host";
import type { FileStore } from "@tenure/store-file";

export type LeaseRecord = NonNullable<Awaited<ReturnType<FileStore["read"]>>["record"]>;

/** A command that changes something, and how one sees that it did. */
export interface Verb {
  readonly name: string;
  /** Whether `a` holds the lease before, for the process given, with epoch 1. */
  readonly held: boolean;
  readonly args: (pid: string) => readonly string[];
  /** The file that it writes, if it touches no lease. */
  readonly file?: string;
  /** It does several things, and may have failed at a later one than the one that shows. */
  readonly goesOn?: true;
  /** Whether a record of the journal shows what the command was to do. */
  readonly shows: (record: LeaseRecord) => boolean;
  /** Calls that change something, at least. */
  readonly callsMin: number;
}

export const LEASE = "jobs";
const L_MS = 3_000;
const timing = { leaseDurationMs: L_MS, renewIntervalMs: 300, requestTimeoutMs: 750 };
const term = ["--holder", "a", "--epoch", "1", "--json"];

export const verbs: readonly Verb[] = [
  {
    name: "acquire",
    held: false,
    args: (pid) => ["acquire", LEASE, "--holder", "a", "--ttl", "3s", "--json", "--pid", pid],
    shows: ({ holderIdentity }) => holderIdentity === "a",
    callsMin: 20,
  },
  {
    name: "renew",
    held: true,
    args: () => ["renew", LEASE, ...term],
    shows: ({ renewals }) => renewals > 0,
    callsMin: 1,
  },
  {
    name: "release",
    held: true,
    args: () => ["release", LEASE, ...term],
    shows: ({ holderIdentity }) => holderIdentity === null,
    callsMin: 3,
  },
  {
    name: "transfer",
    held: true,
    args: () => ["transfer", LEASE, "--to", "b", ...term],
    shows: ({ preferredHolder }) => preferredHolder?.holderIdentity === "b",
    callsMin: 3,
  },
  {
    name: "transfer asked for",
    held: true,
    args: () => ["transfer", LEASE, "--to", "b", "--json"],
    shows: ({ preferredHolder }) => preferredHolder?.holderIdentity === "b",
    callsMin: 3,
  },
  {
    name: "break",
    held: true,
    args: () => ["break", LEASE, "--reason", "wedged", "--json"],
    shows: ({ revoked }) => revoked !== null,
    callsMin: 3,
  },
  {
    name: "run",
    goesOn: true,
    held: false,
    args: () => ["run", LEASE, "--holder", "a", "--ttl", "3s", "--json", "--", "touch", "ran"],
    shows: ({ holderIdentity, epoch }) => holderIdentity === null && epoch > 0,
    callsMin: 20,
  },
  {
    name: "init",
    held: false,
    file: "tenure.config.json",
    args: () => ["init", "--json"],
    shows: () => false,
    callsMin: 2,
  },
  {
    name: "heartbeat",
    goesOn: true,
    held: true,
    args: (pid) => ["heartbeat", LEASE, ...term, "--pid", pid],
    shows: ({ renewals }) => renewals > 0,
    callsMin: 2,
  },
];

/** `a` acquires for a process that runs on. */
export async function hold(store: FileStore, pid: number): Promise<void> {
  const host = thisHost({ holderIdentity: "a" });
  const identity = { holderIdentity: "a", holder: processOf(pid) };
  await createLeaseClient({ ...host, identity, store, timing }).acquire(LEASE);
}

/** Whoever comes next leads, and gives the lease back; answers with its epoch. */
export async function leadNext(store: FileStore): Promise<number> {
  const next = await createLeaseClient({ ...thisHost({ holderIdentity: "b" }), store, timing }).acquire(LEASE, {
    timeoutMs: 30_000,
  });
  await next.release();
  return next.epoch;
}
