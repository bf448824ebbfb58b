import type { LeaseRecord } from "@tenure/schema";
import type { LeaseStore, Snapshot } from "../store.ts";
import { heldRecord } from "./conformance-kit.ts";

/** A store that breaks the contract in one way, laid over one that keeps it. */
export interface BrokenStore {
  /** As in "a store that …". */
  readonly breaks: string;
  readonly over: (store: LeaseStore) => LeaseStore;
}

const HOUR_MS = 3_600_000;

/** What stores get wrong, each by itself. */
export const brokenStores: readonly BrokenStore[] = [
  {
    breaks: "lets the last write win",
    over: (store) =>
      changed(store, {
        compareAndSwap: async (expected, record, event, options) => {
          for (let found = expected; ; found = await store.read(expected.name)) {
            const swapped = await store.compareAndSwap(found, record, event, options);
            if (swapped.outcome !== "conflict") return swapped;
          }
        },
      }),
  },
  {
    breaks: "reports a conflict as success",
    over: (store) =>
      changed(store, {
        compareAndSwap: async (expected, record, event, options) => {
          const swapped = await store.compareAndSwap(expected, record, event, options);
          return swapped.outcome === "conflict" ? { outcome: "committed", snapshot: { ...expected, record } } : swapped;
        },
      }),
  },
  {
    breaks: "reports what it committed as a conflict once the request was given up",
    over: (store) =>
      changed(store, {
        compareAndSwap: async (expected, record, event, { durable, signal }) => {
          const swapped = await store.compareAndSwap(expected, record, event, { durable });
          return signal?.aborted === true ? { outcome: "conflict" } : swapped;
        },
      }),
  },
  {
    breaks: "reads from a copy that lags behind",
    over: (store) => {
      const lagging = new Map<string, Snapshot>();
      return changed(store, {
        read: async (name, options) => {
          const [newest, before] = [await store.read(name, options), lagging.get(name)];
          lagging.set(name, newest);
          return before ?? newest;
        },
      });
    },
  },
  {
    breaks: "forgets the highest epoch with the record",
    over: (store) =>
      changed(store, {
        read: async (name, options) => {
          const found = await store.read(name, options);
          return { ...found, epochFloor: found.record === null ? 0 : found.epochFloor - 1, floorWaitMs: 0 };
        },
      }),
  },
  {
    breaks: "issues a revision twice",
    over: (store) => {
      const revisions = new Map<string, string>();
      const seen = (snapshot: Snapshot): Snapshot => {
        const revision = snapshot.record?.nonce ?? "none";
        revisions.set(revision, snapshot.revision);
        return { ...snapshot, revision };
      };
      return changed(store, {
        read: async (name, options) => seen(await store.read(name, options)),
        compareAndSwap: async (expected, record, event, options) => {
          const revision = revisions.get(expected.revision) ?? expected.revision;
          const swapped = await store.compareAndSwap({ ...expected, revision }, record, event, options);
          return swapped.outcome === "committed" ? { ...swapped, snapshot: seen(swapped.snapshot) } : swapped;
        },
      });
    },
  },
  {
    breaks: "misses what changes while it is watched",
    over: (store) =>
      changed(store, {
        watch: async function* (name, { signal }) {
          let isFirst = true;
          for await (const snapshot of store.watch(name, { signal })) {
            if (isFirst) yield snapshot;
            isFirst = false;
          }
        },
      }),
  },
  {
    breaks: "tells a watcher again what is over",
    over: (store) =>
      changed(store, {
        watch: async function* (name, options) {
          let before: Snapshot | undefined;
          for await (const snapshot of store.watch(name, options)) {
            yield snapshot;
            if (before !== undefined) yield before;
            before = snapshot;
          }
        },
      }),
  },
  {
    breaks: "goes by a clock that somebody sets",
    over: (store) => {
      let reads = 0;
      return changed(store, {
        read: async (name, options) => {
          const found = await store.read(name, options);
          reads += 1;
          return { ...found, ageMs: Math.max(0, (found.ageMs ?? 0) + (reads % 2 === 0 ? HOUR_MS : -HOUR_MS)) };
        },
      });
    },
  },
  {
    breaks: "drops what a newer build wrote",
    over: (store) =>
      changed(store, {
        read: async (name, options) => {
          const found = await store.read(name, options);
          return { ...found, record: found.record === null ? null : withoutUnknown(found.record) };
        },
      }),
  },
];

const KNOWN = new Set(Object.keys(heldRecord("any", 1)));

function withoutUnknown(record: LeaseRecord): LeaseRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => KNOWN.has(key))) as LeaseRecord;
}

function changed(store: LeaseStore, changes: Partial<LeaseStore>): LeaseStore {
  const { storeId, guarantees, vigil } = store;
  return {
    storeId,
    guarantees,
    ...(vigil !== undefined && { vigil }),
    read: (name, options) => store.read(name, options),
    compareAndSwap: (expected, record, event, options) => store.compareAndSwap(expected, record, event, options),
    watch: (name, options) => store.watch(name, options),
    journal: (name, after) => store.journal(name, after),
    list: () => store.list(),
    probe: () => store.probe(),
    close: () => store.close(),
    ...changes,
  };
}
