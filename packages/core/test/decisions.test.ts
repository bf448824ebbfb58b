import type { LeaseRecord } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertSafeTiming,
  decideAcquire,
  decideExpire,
  decideRelease,
  decideRenew,
  decideRevoke,
  decideTransferRequest,
  nearestSafeTiming,
  proveTiming,
  resolveTiming,
} from "../src/index.ts";
import type { Evidence, Snapshot, Term } from "../src/index.ts";
import { toRemark } from "../src/protocol/decision.ts";
import { aCandidate, aFreeRecord, aProcess, aRecord, aSnapshot, WALL_TIME } from "./fixtures.ts";

// A seed is printed when one fails.
const settings = { numRuns: 1_500, interruptAfterTimeLimit: 2_000 };

/** To the microsecond, as all that is stored. */
const ms = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 60_000 }),
  fc.nat({ max: 1e9 }).map((us) => us / 1000),
);
const epoch = fc.oneof(
  fc.nat({ max: 20 }),
  fc.constantFrom(2 ** 40, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER),
);
const holderIdentity = fc.constantFrom("holder-a", "holder-b", "holder-c");

const record: fc.Arbitrary<LeaseRecord> = fc
  .record({
    held: fc.boolean(),
    withProcess: fc.boolean(),
    changes: fc.record(
      {
        epoch,
        nonce: fc.constantFrom("nonce-of-a", "nonce-of-b", "another"),
        leaseDurationMs: ms,
        lockDelayMs: ms,
        renewals: fc.oneof(fc.nat({ max: 5 }), fc.constant(Number.MAX_SAFE_INTEGER)),
        leaseTransitions: fc.oneof(fc.nat({ max: 5 }), fc.constant(Number.MAX_SAFE_INTEGER)),
        preferredHolder: fc.option(fc.record({ holderIdentity, expiresAfterMs: ms })),
        paused: fc.option(
          fc.record({
            by: fc.constant("ann"),
            nonce: fc.constant("0123456789"),
            reason: fc.constant("why"),
            expiresAfterMs: ms,
          }),
        ),
      },
      { requiredKeys: [] },
    ),
    heldBy: holderIdentity,
    revoked: fc.option(fc.constant({ by: "ann", reason: "", time: WALL_TIME })),
    releaseReason: fc.constantFrom("completed" as const, "transferred" as const),
  })
  .map(({ held, withProcess, changes, heldBy, revoked, releaseReason }) =>
    held
      ? aRecord({ ...changes, holderIdentity: heldBy, holder: withProcess ? aProcess("instance-a") : null, revoked })
      : aFreeRecord({ ...changes, releaseReason }),
  );

const snapshot: fc.Arbitrary<Snapshot> = fc
  .record({ record: fc.option(record), ahead: fc.nat({ max: 100 }), floorWaitMs: ms })
  .map(({ record: found, ahead, floorWaitMs }) =>
    aSnapshot(found, { epochFloor: Math.min((found?.epoch ?? 0) + ahead, Number.MAX_SAFE_INTEGER), floorWaitMs }),
  );

const evidence: fc.Arbitrary<Evidence> = fc.record({
  unchangedMs: ms,
  pausedMs: ms,
  preferredMs: ms,
  death: fc.option(fc.record({ evidence: fc.string(), provedMs: ms, time: fc.option(fc.constant(WALL_TIME)) })),
});

const term: fc.Arbitrary<Term> = fc.record({
  name: fc.constant("job"),
  holderIdentity,
  instanceId: fc.constantFrom("instance-a", "instance-b"),
  epoch,
  nonces: fc.subarray(["nonce-of-a", "nonce-of-b"]).map((nonces) => new Set(nonces)),
  renewals: fc.nat({ max: 5 }),
});

describe("whatever stands in a store, and whatever was observed", () => {
  it("rule: acquiring commits only what is over, always under an epoch above record and floor", () => {
    fc.assert(
      fc.property(snapshot, evidence, (found, seen) => {
        const decision = decideAcquire(found, aCandidate(), seen);
        const expiry = decideExpire(found, seen);
        if (decision.outcome === "wait") expect(decision.forMs).toBeGreaterThan(0);
        if (decision.outcome !== "commit") return;
        expect(expiry.outcome).toBe("over");
        expect(decision.durable).toBe(true);
        expect(decision.record.epoch).toBe(Math.max(found.record?.epoch ?? 0, found.epochFloor) + 1);
        expect(Number.isSafeInteger(decision.record.epoch)).toBe(true);
        expect(decision.event.epoch).toBe(decision.record.epoch);
      }),
      settings,
    );
  });

  it("rule: more of the same evidence never takes a lease away from whoever might have it", () => {
    fc.assert(
      fc.property(snapshot, evidence, ms, (found, seen, moreMs) => {
        if (decideExpire(found, seen).outcome !== "over") return;
        const later = { ...seen, unchangedMs: seen.unchangedMs + moreMs };
        expect(decideExpire(found, later).outcome).toBe("over");
      }),
      settings,
    );
  });

  it("rule: a wait is exact: it is over when it says so, and not a millisecond before", () => {
    fc.assert(
      fc.property(snapshot, evidence, (found, seen) => {
        const decision = decideExpire(found, { ...seen, death: null });
        if (decision.outcome !== "wait") return;
        const after = (waitedMs: number): Evidence => ({
          ...seen,
          death: null,
          unchangedMs: seen.unchangedMs + waitedMs,
        });
        // To a microsecond: what is larger has lost the digits below it.
        expect(decideExpire(found, after(decision.forMs + 0.001)).outcome).toBe("over");
        expect(decideExpire(found, after(decision.forMs - Math.min(1, decision.forMs / 2))).outcome).toBe("wait");
      }),
      settings,
    );
  });

  it("rule: nobody but a candidate changes an epoch, and every change has a nonce of its own", () => {
    const nonce = "a new nonce";
    const told = { nonce, wallTime: WALL_TIME };
    fc.assert(
      fc.property(snapshot, term, ms, (found, own, remainingMs) => {
        const preferredHolder = { holderIdentity: "holder-c", expiresAfterMs: 1_000 };
        const decisions = [
          decideRenew(found, own, { ...told, remainingMs, deadline: null }),
          decideRelease(found, own, { ...told, reason: "completed" }),
          decideRelease(found, own, { ...told, reason: "transferred", preferredHolder }),
          decideTransferRequest(found, { ...told, by: "ann", preferredHolder }),
          decideRevoke(found, { ...told, by: "ann", reason: "why" }),
        ];
        for (const decision of decisions) {
          if (decision.outcome !== "commit") continue;
          expect(decision.record.epoch).toBe(found.record?.epoch);
          expect(decision.record.nonce).toBe(nonce);
          expect(decision.event.epoch).toBe(found.record?.epoch);
        }
      }),
      settings,
    );
  });

  it("rule: what was released is released once, and then there is nothing to renew", () => {
    fc.assert(
      fc.property(snapshot, term, (found, own) => {
        const release = { nonce: "a new nonce", wallTime: WALL_TIME, reason: "completed" as const };
        const decision = decideRelease(found, own, release);
        if (decision.outcome !== "commit") return;
        const freed = { ...found, record: decision.record };
        expect(decideRelease(freed, own, release)).toEqual({ outcome: "settled" });
        const renewal = { nonce: "n", wallTime: WALL_TIME, remainingMs: 1_000, deadline: null };
        expect(decideRenew(freed, own, renewal)).toMatchObject({ outcome: "lost", reason: "released" });
      }),
      settings,
    );
  });
});

describe("whatever timing is asked for", () => {
  const durationMs = fc.integer({ min: 1, max: 400_000 });
  const wanted = fc.record(
    {
      renewIntervalMs: durationMs,
      renewDeadlineMs: durationMs,
      requestTimeoutMs: durationMs,
      stopTimeoutMs: durationMs,
      jitterFactor: fc.double({ min: 1, max: 3, noNaN: true }),
      clockRateError: fc.double({ min: 0, max: 0.2, noNaN: true }),
      clockGranularityMs: fc.nat({ max: 1_000 }),
    },
    { requiredKeys: [] },
  );

  it("a longer lease with all else as it was never makes it unsafe", () => {
    fc.assert(
      fc.property(durationMs, durationMs, wanted, (leaseDurationMs, moreMs, rest) => {
        const timing = resolveTiming({ leaseDurationMs, ...rest });
        const longer = { ...timing, leaseDurationMs: leaseDurationMs + moreMs };
        const failing = proveTiming(timing).filter(({ holds }) => !holds);
        const failingThen = proveTiming(longer).filter(({ holds }) => !holds);
        expect(failing.map(({ rule }) => rule)).toEqual(expect.arrayContaining(failingThen.map(({ rule }) => rule)));
      }),
      settings,
    );
  });

  it("a longer lease with all else derived from it never makes it unsafe", () => {
    fc.assert(
      fc.property(durationMs, durationMs, (leaseDurationMs, moreMs) => {
        const failing = (L: number): string[] =>
          proveTiming(resolveTiming({ leaseDurationMs: L })).flatMap(({ holds, rule }) => (holds ? [] : [rule]));
        expect(failing(leaseDurationMs)).toEqual(expect.arrayContaining(failing(leaseDurationMs + moreMs)));
      }),
      settings,
    );
  });

  it("the nearest safe one is safe, and an unsafe one is refused", () => {
    fc.assert(
      fc.property(durationMs, wanted, (leaseDurationMs, rest) => {
        const timing = resolveTiming({ leaseDurationMs, ...rest });
        const safe = proveTiming(timing).every(({ holds }) => holds);
        if (safe) assertSafeTiming(timing);
        else {
          expect(() => assertSafeTiming(timing)).toThrow(expect.objectContaining({ code: "EUNSAFETIMING" }));
          assertSafeTiming(nearestSafeTiming(timing).timing);
        }
      }),
      settings,
    );
  });

  it("safe means: whoever may take over does so after the last holder has stopped, by any clocks within the error", () => {
    fc.assert(
      fc.property(durationMs, wanted, fc.double({ min: -1, max: 1, noNaN: true }), (leaseDurationMs, rest, share) => {
        const timing = resolveTiming({ leaseDurationMs, ...rest });
        if (!proveTiming(timing).every(({ holds }) => holds)) return;
        const { renewDeadlineMs, stopTimeoutMs, clockRateError } = timing;
        // The holder's clock is slow by some share of the error, and the taker's fast.
        const holderStopsMs = (renewDeadlineMs + stopTimeoutMs) / (1 - clockRateError * Math.abs(share));
        const takerStartsMs = leaseDurationMs / (1 + clockRateError * Math.abs(share));
        expect(takerStartsMs).toBeGreaterThanOrEqual(holderStopsMs - 0.01);
      }),
      settings,
    );
  });
});

describe("a remark", () => {
  it("is at most a thousand characters, also of text that grows where it is made safe, or is cut within a character", () => {
    expect(toRemark("x".repeat(1_001))).toBe("x".repeat(1_000));
    expect(toRemark("\u0007".repeat(1_000))).toHaveLength(1_000);
    expect(toRemark("\u{1F600}".repeat(1_000)).length).toBeLessThanOrEqual(1_000);
  });
});
