import { describe, expect, it } from "vitest";
import { increment } from "../src/protocol/decision.ts";
import { decideRelease } from "../src/protocol/release.ts";
import { decideRenew } from "../src/protocol/renew.ts";
import { decideRevoke } from "../src/protocol/revoke.ts";
import { judgeStanding } from "../src/protocol/standing.ts";
import { decideTransferRequest } from "../src/protocol/transfer.ts";
import { aFreeRecord, aProcess, aRecord, aSnapshot, aTerm, WALL_TIME } from "./fixtures.ts";

const deadline = { bootId: "boot-1", timeNamespace: "time:1", boottimeMs: 111_000 };
const renewal = { nonce: "nonce-next", wallTime: WALL_TIME, remainingMs: 9000, deadline };
const release = { nonce: "nonce-next", wallTime: WALL_TIME, reason: "stopped" } as const;
const preferredHolder = { holderIdentity: "holder-b", expiresAfterMs: 5000 };
const request = { by: "ops", preferredHolder, nonce: "nonce-next", wallTime: WALL_TIME };
const revoked = { by: "ops", reason: "stuck", time: WALL_TIME };

describe("rule: a renewal counts only for the very holder, epoch and nonce", () => {
  it("writes a new nonce, one renewal more and the new deadline, and is cheap", () => {
    expect(decideRenew(aSnapshot(aRecord()), aTerm(), renewal)).toEqual({
      outcome: "commit",
      record: aRecord({ nonce: "nonce-next", renewTime: WALL_TIME, renewals: 4, deadline }),
      event: { type: "lease.renewed", name: "job", time: WALL_TIME, epoch: 5, holderIdentity: "holder-a" },
      durable: false,
    });
  });

  it("makes the child's identity durable, and its end too", () => {
    const child = aProcess("child-of-a", 4800);
    expect(decideRenew(aSnapshot(aRecord()), aTerm(), { ...renewal, child })).toMatchObject({
      record: { child },
      durable: true,
    });
    const withChild = aSnapshot(aRecord({ child }));
    expect(decideRenew(withChild, aTerm(), { ...renewal, child: null })).toMatchObject({
      record: { child: null },
      durable: true,
    });
    expect(decideRenew(withChild, aTerm(), renewal)).toMatchObject({ record: { child }, durable: false });
  });

  it("names the renewer, and keeps the one that stands", () => {
    const renewer = aProcess("side-car", 4900);
    expect(decideRenew(aSnapshot(aRecord()), aTerm(), { ...renewal, renewer })).toMatchObject({ record: { renewer } });
    expect(decideRenew(aSnapshot(aRecord({ renewer })), aTerm(), renewal)).toMatchObject({ record: { renewer } });
  });

  it("never extends a term past its deadline, even where nobody took over", () => {
    expect(decideRenew(aSnapshot(aRecord()), aTerm(), { ...renewal, remainingMs: 0 })).toMatchObject({
      outcome: "refuse",
      code: "ELEASEEXPIRED",
    });
  });

  it.each([
    ["state-corrupt", null],
    ["taken-over", aRecord({ epoch: 6, holderIdentity: "holder-b", nonce: "nonce-of-b" })],
    ["epoch-regression", aRecord({ epoch: 4, nonce: "nonce-older" })],
    ["released", aFreeRecord({ nonce: "nonce-other" })],
    ["released", aFreeRecord({ nonce: "nonce-other", releaseReason: null })],
    ["transferred", aFreeRecord({ nonce: "nonce-other", releaseReason: "transferred" })],
    ["revoked", aRecord({ nonce: "nonce-other", revoked })],
    ["revoked", aRecord({ revoked })],
    ["identity-collision", aRecord({ nonce: "nonce-other", holder: aProcess("instance-x") })],
    ["identity-collision", aRecord({ nonce: "nonce-other", holder: null })],
    ["identity-collision", aRecord({ nonce: "nonce-other", holderIdentity: "holder-x" })],
    ["identity-collision", aRecord({ nonce: "nonce-other", renewals: 4 })],
  ] as const)("finds the lease lost: %s", (reason, record) => {
    expect(decideRenew(aSnapshot(record), aTerm(), renewal)).toMatchObject({ outcome: "lost", reason });
  });

  it("names both holders and epochs when another leads", () => {
    const taken = aSnapshot(aRecord({ epoch: 6, holderIdentity: "holder-b" }));
    expect(judgeStanding(taken, aTerm())).toHaveProperty(
      "message",
      'lease "job" of "holder-a" at epoch 5 was taken over: it is now held by "holder-b" at epoch 6',
    );
  });

  it("goes on over a mark that another left: only nonce and request changed", () => {
    const marked = aSnapshot(aRecord({ nonce: "nonce-other", preferredHolder }));
    expect(judgeStanding(marked, aTerm())).toMatchObject({ outcome: "standing", marked: true });
    expect(decideRenew(marked, aTerm(), renewal)).toMatchObject({ outcome: "commit", record: { preferredHolder } });
  });

  it("takes a mark on its own unknown renewal for no collision", () => {
    const marked = aSnapshot(aRecord({ nonce: "nonce-other", preferredHolder, renewals: 4 }));
    expect(judgeStanding(marked, aTerm({ renewals: 4 }))).toMatchObject({ marked: true });
  });

  it("recognises every nonce of its own", () => {
    const term = aTerm({ nonces: new Set(["nonce-of-a", "nonce-unknown"]) });
    expect(judgeStanding(aSnapshot(aRecord({ nonce: "nonce-unknown", renewals: 9 })), term)).toMatchObject({
      marked: false,
    });
  });

  it("never counts beyond what JSON carries exactly", () => {
    expect(increment(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("rule: only the holder releases, also after its deadline, if epoch and nonce match", () => {
  it("frees the lease durably and keeps its terms", () => {
    expect(decideRelease(aSnapshot(aRecord()), aTerm(), release)).toEqual({
      outcome: "commit",
      record: aRecord({
        holderIdentity: null,
        holder: null,
        nonce: "nonce-next",
        deadline: null,
        releaseTime: WALL_TIME,
        releaseReason: "stopped",
      }),
      event: {
        type: "lease.released",
        name: "job",
        time: WALL_TIME,
        epoch: 5,
        holderIdentity: "holder-a",
        releaseReason: "stopped",
      },
      durable: true,
    });
  });

  it("keeps a request that stands, so that the preferred one comes first", () => {
    expect(decideRelease(aSnapshot(aRecord({ preferredHolder })), aTerm(), release)).toMatchObject({
      record: { preferredHolder },
    });
  });

  it("frees what was revoked: takers wait for it", () => {
    const snapshot = aSnapshot(aRecord({ nonce: "nonce-other", revoked }));
    expect(decideRelease(snapshot, aTerm(), release)).toMatchObject({
      record: { holderIdentity: null, revoked: null },
    });
  });

  it.each([[aFreeRecord()], [aFreeRecord({ releaseReason: "transferred" })]])(
    "is settled once it is free",
    (record) => {
      expect(decideRelease(aSnapshot(record), aTerm(), release)).toEqual({ outcome: "settled" });
    },
  );

  it.each([
    ["taken over", aRecord({ epoch: 6, nonce: "nonce-of-b" })],
    ["held by another instance", aRecord({ nonce: "nonce-x", holder: aProcess("instance-x") })],
    ["gone", null],
  ])("refuses what is %s", (_, record) => {
    expect(decideRelease(aSnapshot(record), aTerm(), release)).toMatchObject({
      outcome: "refuse",
      code: "ENOTACQUIRED",
    });
  });
});

describe("rule: transfer asks; the holder stops, releases and names who comes first", () => {
  it("leaves holder, epoch and renewals as they are", () => {
    expect(decideTransferRequest(aSnapshot(aRecord()), request)).toMatchObject({
      outcome: "commit",
      record: aRecord({ nonce: "nonce-next", preferredHolder }),
      event: { type: "lease.transfer_requested", holderIdentity: "holder-a", by: "ops", remark: "to holder-b" },
      durable: true,
    });
  });

  it("does not write the same request twice: it would lengthen the wait for a dead holder", () => {
    expect(decideTransferRequest(aSnapshot(aRecord({ preferredHolder })), request)).toEqual({ outcome: "settled" });
    for (const other of [
      { ...preferredHolder, expiresAfterMs: 1 },
      { ...preferredHolder, holderIdentity: "holder-c" },
    ]) {
      expect(decideTransferRequest(aSnapshot(aRecord({ preferredHolder: other })), request)).toMatchObject({
        outcome: "commit",
      });
    }
  });

  it.each([
    ["nobody ever led", null, "ENOTACQUIRED"],
    ["nobody leads", aFreeRecord(), "ENOTACQUIRED"],
    ["it is to go where it is", aRecord({ holderIdentity: "holder-b" }), "EUSAGE"],
  ])("refuses when %s", (_, record, code) => {
    expect(decideTransferRequest(aSnapshot(record), request)).toMatchObject({ outcome: "refuse", code });
  });

  it("gives way with a release for another", () => {
    const way = { nonce: "nonce-next", wallTime: WALL_TIME, reason: "transferred", preferredHolder } as const;
    expect(decideRelease(aSnapshot(aRecord()), aTerm(), way)).toMatchObject({
      record: { holderIdentity: null, releaseReason: "transferred", preferredHolder },
      event: { type: "lease.transferred", releaseReason: "transferred" },
    });
  });
});

describe("rule: break revokes under a new nonce and leaves the holder its term's end", () => {
  const order = { by: "ops", reason: "stuck", nonce: "nonce-next", wallTime: WALL_TIME };

  it("keeps the holder", () => {
    expect(decideRevoke(aSnapshot(aRecord()), order)).toEqual({
      outcome: "commit",
      record: aRecord({ nonce: "nonce-next", revoked }),
      event: {
        type: "lease.revoked",
        name: "job",
        time: WALL_TIME,
        epoch: 5,
        holderIdentity: "holder-a",
        by: "ops",
        remark: "stuck",
      },
      durable: true,
    });
  });

  it("is settled when it is revoked already", () => {
    expect(decideRevoke(aSnapshot(aRecord({ revoked })), order)).toEqual({ outcome: "settled" });
  });

  it.each([[null], [aFreeRecord()]])("refuses when nobody leads", (record) => {
    expect(decideRevoke(aSnapshot(record), order)).toMatchObject({ outcome: "refuse", code: "ENOTACQUIRED" });
  });
});
