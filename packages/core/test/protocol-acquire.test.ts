import { DURATION_MAX_MS } from "@tenure/schema/light";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAcquire } from "../src/protocol/acquire.ts";
import { decideExpire } from "../src/protocol/expire.ts";
import { aCandidate, aFreeRecord, aProcess, aRecord, aSnapshot, dead, evidence, WALL_TIME } from "./fixtures.ts";

const LONG_AGO = "1999-01-01T00:00:00Z";

describe("rule: a taker may start only when the term before it is known to be over", () => {
  it("takes a lease that nobody ever led, at epoch 1", () => {
    const decision = decideAcquire(aSnapshot(null), aCandidate(), evidence());
    expect(decision).toMatchObject({
      outcome: "commit",
      durable: true,
      record: {
        name: "job",
        holderIdentity: "holder-b",
        epoch: 1,
        nonce: "nonce-of-b",
        leaseTransitions: 0,
        renewals: 0,
      },
      event: { type: "lease.acquired", epoch: 1, holderIdentity: "holder-b", time: WALL_TIME },
    });
    expect(decision).not.toHaveProperty("event.ended");
  });

  it("takes a record that only ever was marked (epoch 0) as vacant", () => {
    const marked = aFreeRecord({ epoch: 0, leaseTransitions: 0, releaseReason: null });
    expect(decideAcquire(aSnapshot(marked), aCandidate(), evidence())).toMatchObject({
      record: { epoch: 1, leaseTransitions: 0 },
      event: { type: "lease.acquired" },
    });
  });

  it.each([
    ["released", "completed"],
    ["transferred", "transferred"],
  ] as const)("(a) takes what was %s, at once", (how, releaseReason) => {
    expect(decideAcquire(aSnapshot(aFreeRecord({ releaseReason })), aCandidate(), evidence())).toMatchObject({
      record: { epoch: 6, leaseTransitions: 5, releaseTime: null, releaseReason: null },
      event: { type: "lease.acquired", ended: { epoch: 5, holderIdentity: null, how } },
    });
  });

  it("(b) takes from a holder that is proved dead, with the evidence", () => {
    expect(decideAcquire(aSnapshot(aRecord()), aCandidate(), evidence({ death: dead }))).toMatchObject({
      event: {
        type: "lease.taken_over",
        ended: { epoch: 5, holderIdentity: "holder-a", how: "holder-dead", evidence: dead.evidence, time: dead.time },
      },
    });
  });

  it("(b) writes evidence of any origin as a readable remark", () => {
    const nasty = { evidence: `pid 1 (\u202Eevil\n${"\u{1F600}".repeat(600)})`, provedMs: 0, time: null };
    const decision = decideAcquire(aSnapshot(aRecord()), aCandidate(), evidence({ death: nasty }));
    if (decision.outcome !== "commit") throw new Error("not committed");
    expect(decision.event.ended?.evidence).toMatch(/^pid 1 \(\\u202Eevil\\u000A[^\p{Cc}\p{Cf}\p{Cs}]{1,900}$/u);
  });

  it("(b) never holds where no process stands behind the lease", () => {
    for (const holder of [aProcess("instance-a", null), null]) {
      const snapshot = aSnapshot(aRecord({ holder }));
      expect(decideExpire(snapshot, evidence({ death: dead }))).toEqual({
        outcome: "wait",
        forMs: 15_000,
        reason: "held",
      });
    }
  });

  it("(c) waits until the same nonce stood unchanged for the record's own L + lockDelay, not the candidate's", () => {
    const snapshot = aSnapshot(aRecord({ leaseDurationMs: 15_000, lockDelayMs: 500 }));
    expect(decideAcquire(snapshot, aCandidate(), evidence({ unchangedMs: 15_499 }))).toEqual({
      outcome: "wait",
      forMs: 1,
      reason: "held",
    });
    expect(decideAcquire(snapshot, aCandidate(), evidence({ unchangedMs: 15_500 }))).toMatchObject({
      record: { epoch: 6, leaseDurationMs: 30_000, renewDeadlineMs: 24_000, lockDelayMs: 100 },
      event: { type: "lease.taken_over", ended: { how: "expired" } },
    });
  });

  it("(d) waits for the longest lease the floor remembers where the record is gone, then goes on above the floor", () => {
    const snapshot = aSnapshot(null, { epochFloor: 9, floorWaitMs: 20_000 });
    expect(decideAcquire(snapshot, aCandidate(), evidence({ unchangedMs: 19_000, death: dead }))).toEqual({
      outcome: "wait",
      forMs: 1000,
      reason: "record-lost",
    });
    expect(decideAcquire(snapshot, aCandidate(), evidence({ unchangedMs: 20_000 }))).toMatchObject({
      record: { epoch: 10 },
      event: { type: "lease.taken_over", ended: { epoch: 9, holderIdentity: null, how: "record-lost" } },
    });
  });
});

describe("rule: stored wall-clock stamps never decide, and an identity grants nothing", () => {
  it("waits for a record whose stamps are decades old", () => {
    const record = aRecord({ acquireTime: LONG_AGO, renewTime: LONG_AGO });
    expect(decideAcquire(aSnapshot(record), aCandidate(), evidence())).toMatchObject({
      outcome: "wait",
      forMs: 15_000,
    });
  });

  it("waits for a record whose recorded deadline is long past", () => {
    const record = aRecord({ deadline: { bootId: "boot-1", timeNamespace: "time:1", boottimeMs: 0 } });
    expect(decideAcquire(aSnapshot(record), aCandidate(), evidence())).toMatchObject({ outcome: "wait" });
  });

  it("lets the same identity in a second process wait like anyone", () => {
    expect(decideAcquire(aSnapshot(aRecord()), aCandidate("holder-a"), evidence())).toMatchObject({ outcome: "wait" });
  });
});

describe("rule: the epoch rises at every acquisition and never goes back", () => {
  it("rises for the same holder too", () => {
    const decision = decideAcquire(aSnapshot(aFreeRecord()), aCandidate("holder-a"), evidence());
    expect(decision).toMatchObject({ record: { holderIdentity: "holder-a", epoch: 6 } });
  });

  it("goes on above a floor that lies above the record: epochs are used up before they are published", () => {
    const decision = decideAcquire(aSnapshot(aFreeRecord(), { epochFloor: 64 }), aCandidate(), evidence());
    expect(decision).toMatchObject({ outcome: "commit", record: { epoch: 65 } });
  });

  it("waits for whoever holds, also where the floor lies above its record", () => {
    const held = aSnapshot(aRecord(), { epochFloor: 64 });
    expect(decideAcquire(held, aCandidate(), evidence())).toMatchObject({ outcome: "wait", forMs: 15_000 });
  });

  it.each([
    [aSnapshot(aFreeRecord({ epoch: Number.MAX_SAFE_INTEGER }))],
    [aSnapshot(null, { epochFloor: Number.MAX_SAFE_INTEGER })],
  ])("refuses to go beyond the largest exact integer", (snapshot) => {
    expect(decideAcquire(snapshot, aCandidate(), evidence())).toMatchObject({
      outcome: "refuse",
      code: "ESTATECORRUPT",
    });
  });

  it("issues only epochs above both record and floor, whatever stands there", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.boolean(), (epoch, floor, gone) => {
        const record = gone ? null : aFreeRecord({ epoch });
        const decision = decideAcquire(aSnapshot(record, { epochFloor: floor }), aCandidate(), evidence());
        if (decision.outcome !== "commit") return;
        expect(decision.record.epoch).toBeGreaterThan(Math.max(gone ? 0 : epoch, floor));
      }),
    );
  });
});

describe("rule: the lock delay applies after proved death only where there is one", () => {
  it("takes at once without one", () => {
    expect(decideExpire(aSnapshot(aRecord()), evidence({ death: dead }))).toMatchObject({ how: "holder-dead" });
  });

  it("waits it out from the proof on, but never beyond the lease itself", () => {
    const snapshot = aSnapshot(aRecord({ lockDelayMs: 4000 }));
    const wait = (provedMs: number, unchangedMs: number): unknown =>
      decideExpire(snapshot, evidence({ unchangedMs, death: { ...dead, provedMs } }));
    expect(wait(1000, 0)).toEqual({ outcome: "wait", forMs: 3000, reason: "lock-delay" });
    expect(wait(1000, 18_000)).toEqual({ outcome: "wait", forMs: 1000, reason: "lock-delay" });
    expect(wait(4000, 5000)).toMatchObject({ outcome: "over", how: "holder-dead" });
    expect(wait(0, 19_000)).toMatchObject({ outcome: "over", how: "expired" });
  });
});

describe("rule: pause forbids acquisition until it has been observed for as long as it says", () => {
  const paused = { by: "ops", nonce: "0123456789", reason: "maintenance", expiresAfterMs: 60_000 };

  it("waits, then takes and lifts it", () => {
    const snapshot = aSnapshot(aFreeRecord({ paused }));
    expect(decideAcquire(snapshot, aCandidate(), evidence({ unchangedMs: 1e9, pausedMs: 59_000 }))).toEqual({
      outcome: "wait",
      forMs: 1000,
      reason: "paused",
      paused,
    });
    expect(decideAcquire(snapshot, aCandidate(), evidence({ pausedMs: 60_000 }))).toMatchObject({
      record: { paused: null },
    });
  });

  it("for the longest duration there is ends only by being lifted", () => {
    const forGood = { ...paused, expiresAfterMs: DURATION_MAX_MS };
    const snapshot = aSnapshot(aFreeRecord({ paused: forGood }));
    const seen = evidence({ unchangedMs: 2 * DURATION_MAX_MS, pausedMs: 2 * DURATION_MAX_MS });
    expect(decideAcquire(snapshot, aCandidate(), seen)).toMatchObject({ outcome: "wait", reason: "paused" });
  });

  it("never lengthens a term: a paused holder expires like any", () => {
    expect(decideExpire(aSnapshot(aRecord({ paused })), evidence({ unchangedMs: 15_000 }))).toMatchObject({
      how: "expired",
    });
  });
});

describe("rule: others stand back for the preferred holder, as long as they observe it", () => {
  const snapshot = aSnapshot(aFreeRecord({ preferredHolder: { holderIdentity: "holder-b", expiresAfterMs: 5000 } }));

  it("lets the preferred one in at once", () => {
    expect(decideAcquire(snapshot, aCandidate("holder-b"), evidence())).toMatchObject({
      record: { preferredHolder: null },
    });
  });

  it("lets others in after the expiry", () => {
    expect(decideAcquire(snapshot, aCandidate("holder-c"), evidence({ preferredMs: 4000 }))).toEqual({
      outcome: "wait",
      forMs: 1000,
      reason: "preferred-holder",
    });
    expect(decideAcquire(snapshot, aCandidate("holder-c"), evidence({ preferredMs: 5000 }))).toMatchObject({
      outcome: "commit",
    });
  });

  it("gives the preferred one nothing while another holds", () => {
    const held = aSnapshot(aRecord({ preferredHolder: { holderIdentity: "holder-b", expiresAfterMs: 5000 } }));
    expect(decideAcquire(held, aCandidate("holder-b"), evidence())).toMatchObject({ outcome: "wait", reason: "held" });
  });
});

describe("rule: a rewrite keeps what a newer minor version wrote", () => {
  it("keeps unknown fields and names what a dead leader left running", () => {
    const child = aProcess("child-of-a", 4800);
    const newer = { ...aRecord({ child, schemaVersion: "1.9" }), shardCount: 3 };
    const decision = decideAcquire(aSnapshot(newer), aCandidate(), evidence({ death: dead }));
    expect(decision).toMatchObject({ record: { shardCount: 3, child, revoked: null } });
  });

  it("names the renewer where another process beats", () => {
    const renewer = aProcess("side-car", 4900);
    const candidate = aCandidate();
    const decision = decideAcquire(
      aSnapshot(null),
      { ...candidate, identity: { ...candidate.identity, renewer } },
      evidence(),
    );
    expect(decision).toMatchObject({ record: { renewer } });
  });
});

describe("rule: an acquisition tells of the term before what is known of it, and nothing else", () => {
  it("says no time of a death that nobody saw", () => {
    const death = { ...dead, time: null };
    const decision = decideAcquire(aSnapshot(aRecord()), aCandidate(), evidence({ death }));
    expect((decision as { event: object }).event).toHaveProperty("ended", {
      epoch: 5,
      holderIdentity: "holder-a",
      how: "holder-dead",
      evidence: dead.evidence,
    });
  });

  it("has no term before where nobody has held the lease", () => {
    const decision = decideAcquire(aSnapshot(aFreeRecord({ epoch: 0, releaseReason: null })), aCandidate(), evidence());
    expect((decision as { event: object }).event).not.toHaveProperty("ended");
  });
});
