/** Where the keys are kept unless it is said. */
export const PREFIX = "tenure";
/** Raised with every change of what is kept. A server that has a higher one belongs to a newer build. */
export const LAYOUT_VERSION = 1;

/** What tenure keeps in a database. The braces keep it together where keys are spread by their names. */
export interface Keys {
  /** Which store this is, the version of its layout, and the last number of a revision. */
  readonly store: string;
  /** The highest epoch ever written and the longest wait, by lease: kept when a lease is lost, and never one without the other. */
  readonly floors: string;
  readonly lease: (name: string) => string;
  readonly journal: (name: string) => string;
  /** A key that never exists. To delete it is a write that changes nothing, and that only a primary takes. */
  readonly nothing: string;
  /** Where the names of leases that changed are told. */
  readonly channel: string;
  readonly fence: string;
}

export function keysOf(prefix: string): Keys {
  const at = `{${prefix}}`;
  return {
    store: `${at}:store`,
    floors: `${at}:floors`,
    lease: (name) => `${at}:lease:${name}`,
    journal: (name) => `${at}:journal:${name}`,
    nothing: `${at}:nothing`,
    channel: `${at}:changes`,
    fence: `${at}:fence`,
  };
}
