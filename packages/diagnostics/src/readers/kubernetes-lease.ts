import type { EvidenceLine } from "@tenure/schema";
import { lineOf, type Evidence } from "../evidence.ts";
import { timeIn } from "../log-line.ts";

interface LeaseObject {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/**
 * Follows the Lease objects of one file: one, a list of them, or one version after the other, as `kubectl get lease -o json` with and
 * without `-w` or `--output-watch-events` writes them.
 */
export class LeaseObjects {
  /** Who held each lease last: an object that nobody holds does not say who gave it back. */
  readonly #holders = new Map<string, string>();

  /** Names of fields of which every such object has one. */
  static readonly fields: readonly string[] = ["apiVersion", "object"];

  static knows(value: object): boolean {
    const { object } = value as Record<string, unknown>;
    if (typeof object === "object" && object !== null) return isLease(object) || isList(object);
    return isLease(value) || isList(value);
  }

  /** `null` where an object says nothing that can be dated. */
  take(value: object, place: EvidenceLine): Evidence[] | null {
    const { items, object, type } = value as Record<string, unknown>;
    if (typeof object === "object" && object !== null) return this.#one(object, place, type === "DELETED");
    if (!Array.isArray(items)) return this.#one(value, place, false);
    return items.flatMap((item) => (isLease(item) ? (this.#one(item as object, place, false) ?? []) : []));
  }

  #one(object: LeaseObject, place: EvidenceLine, isDeleted: boolean): Evidence[] | null {
    const [metadata, spec] = [object.metadata ?? {}, object.spec ?? {}];
    const at = timeIn(spec["renewTime"]) ?? timeIn(spec["acquireTime"]) ?? timeIn(metadata["creationTimestamp"]);
    if (at === null) return null;
    const lease = [metadata["namespace"], metadata["name"]].filter((part) => typeof part === "string").join("/");
    // Of its many fields these are what a lease is known by.
    const own = { ...lineOf({ ...place, text: `Lease ${lease} ${shownOf(spec)}` }), dated: true };
    const holder = spec["holderIdentity"];
    const former = this.#holders.get(lease);
    if (isDeleted || typeof holder !== "string" || holder === "") {
      this.#holders.delete(lease);
      // client-go gives back by leaving the holder empty.
      const isReleased = !isDeleted && former !== undefined;
      return [
        isReleased
          ? { ...own, kind: "released", at, facts: { lease, holder: former } }
          : { ...own, kind: "state-missing", at, facts: { lease } },
      ];
    }
    this.#holders.set(lease, holder);
    const [epoch, seconds] = [spec["leaseTransitions"], spec["leaseDurationSeconds"]];
    const facts = { lease, holder, ...(typeof epoch === "number" && { epoch }) };
    const acquiredAt = timeIn(spec["acquireTime"]);
    const state: Evidence = {
      ...own,
      kind: "state",
      at,
      facts: { ...facts, renewTime: at, ...(typeof seconds === "number" && { leaseDurationMs: seconds * 1_000 }) },
    };
    return acquiredAt === null ? [state] : [{ ...own, kind: "acquired", at: acquiredAt, facts }, state];
  }
}

const GROUP = "coordination.k8s.io/";

function isLease(item: unknown): boolean {
  const { apiVersion, kind } = Object(item) as Record<string, unknown>;
  return kind === "Lease" && typeof apiVersion === "string" && apiVersion.startsWith(GROUP);
}

/** A list holds leases, and no lists. */
function isList(value: object): boolean {
  const { apiVersion, kind, items } = value as Record<string, unknown>;
  if (typeof apiVersion !== "string") return false;
  if (kind === "LeaseList") return apiVersion.startsWith(GROUP);
  return kind === "List" && Array.isArray(items) && items.length > 0 && items.every(isLease);
}

/** Its fields, but what stands within them: a lease's own are numbers and texts, and others may be of any depth. */
function shownOf(spec: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(spec).filter(([, value]) => typeof value !== "object")));
}
