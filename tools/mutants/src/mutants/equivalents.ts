import type { Equivalent } from "../mutant.ts";

/** Most of these take down one of two walls, and the other one stands. */
export const equivalents: readonly Equivalent[] = [
  {
    name: "death-is-remembered-for-whoever-holds",
    why: "where a death once found is not compared with the holder, the evidence still is; the other way round is the mutant `death-of-another-term`",
  },
  {
    name: "every-loss-may-be-released",
    why: "a release after a loss is decided on the record that stands, and refused when it is not the term's own",
  },
  {
    name: "revocation-keeps-the-nonce",
    why: "the file store's revision changes with each line, and the observed age belongs to both",
  },
  {
    name: "store-issues-what-the-floor-has",
    why: "core never asks for an epoch that is not above the floor it has read; the store only refuses what nobody asks for",
  },
  {
    name: "segment-begins-anew",
    why: "a segment that begins under a revision of its own costs whoever held the one before a conflict, which the next look settles; it survived 563 schedules with short segments",
  },
];
