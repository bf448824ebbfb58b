import type { StoreGuarantees } from "@tenure/core";

/** What the embedded store promises, on a local file system and one kernel. */
export const fileStoreGuarantees: StoreGuarantees = {
  engine: "file",
  scope: "machine",
  linearizable: true,
  durable: true,
  survivesFailover: false,
  serverClock: false,
  journal: "atomic",
  tellsDeath: true,
  fair: false,
  epochResets: [
    "both the state folder and the floor folder are deleted: the epoch begins at 1",
    "both are restored from old copies: the epoch goes back to what they knew",
  ],
};
