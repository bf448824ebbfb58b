import { scenario, type Scenario } from "./scenario.ts";

const rule = "break and transfer";

export const breakAndTransfer: readonly Scenario[] = [
  scenario({
    name: "an operator breaks the lease of a holder that is stopped",
    rule,
    events: [
      { kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 },
      { kind: "revoke", atMs: 10_500 },
    ],
  }),
  scenario({
    name: "a holder that is stopped is asked to give way",
    rule,
    events: [
      { kind: "pause", agent: 0, forMs: 9_000, atMs: 10_000 },
      { kind: "request-transfer", to: "green", expiresAfterMs: 5_000, atMs: 10_500 },
    ],
  }),
  scenario({
    name: "a lease is given to somebody who never comes",
    rule,
    events: [{ kind: "request-transfer", to: "nobody", expiresAfterMs: 2_000, atMs: 10_000 }],
  }),
];
