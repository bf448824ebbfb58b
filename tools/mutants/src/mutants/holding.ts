import type { Mutant } from "../mutant.ts";
import { lateAnswers, pauses, revocations } from "../settings.ts";

const CLOCK = "packages/core/src/clock.ts";
const VALIDITY = "packages/core/src/client/validity.ts";
const TENURE = "packages/core/src/client/tenure.ts";
const RENEWING = "packages/core/src/client/renewing.ts";
const COUNTS = "validity counts from before the request, by the larger of both clocks";

/** How long a holder may act, and how it leaves. */
export const holding: readonly Mutant[] = [
  {
    name: "sleep-does-not-count",
    rule: COUNTS,
    file: CLOCK,
    find: `return Math.max(now.monotonicMs - since.monotonicMs, now.boottimeMs - since.boottimeMs) + RESOLUTION_MS;`,
    replace: `return now.monotonicMs - since.monotonicMs + RESOLUTION_MS;`,
    invariants: ["I1", "I5"],
    why: "after a suspend the holder believes that no time went by",
  },
  {
    name: "valid-for-twice-the-deadline",
    rule: "a holder begins nothing after D from its last successful renewal",
    file: VALIDITY,
    find: `return Math.max(0, this.#renewDeadlineMs - elapsedAtMostMs(this.#renewedAt, now));`,
    replace: `return Math.max(0, 2 * this.#renewDeadlineMs - elapsedAtMostMs(this.#renewedAt, now));`,
    invariants: ["I1", "I5"],
    why: "it outlasts the lease that others see",
  },
  {
    name: "renewal-counts-from-its-answer",
    rule: COUNTS,
    file: TENURE,
    find: `this.validity.renewed(sent.sentAt);`,
    replace: `this.validity.renewed(this.#context.clock.now());`,
    invariants: ["I1", "I5"],
    setting: lateAnswers,
    why: "a holder stopped between write and answer counts its stop as validity",
  },
  {
    name: "term-counts-from-its-answer",
    rule: "unknown is resolved by nonce, and counts from its own send time",
    file: "packages/core/src/client/candidacy.ts",
    find: `snapshot.record ?? record, sentAt, predecessor`,
    replace: `snapshot.record ?? record, sentAt: this.#context.clock.now(), predecessor`,
    invariants: ["I1", "I5"],
    setting: lateAnswers,
    why: "a candidate stopped on its way to office counts its stop as validity",
  },
  {
    name: "unknown-is-success",
    rule: "a renewal that changed nothing is an error",
    file: RENEWING,
    find: `tenure.failed(asError(result.cause));`,
    replace: `tenure.validity.renewed(sentAt); return "renewed";`,
    invariants: ["I1", "I5"],
    why: "the incident: success is reported without a change",
  },
  {
    name: "any-record-renews",
    rule: "a renewal is never reported that was not seen",
    file: RENEWING,
    find: `if (tenure.confirm(found, standing.record)) {`,
    replace: `tenure.validity.renewed(tenure.validity.renewedAt && context.clock.now()); if (tenure.confirm(found, standing.record)) {`,
    invariants: ["I1", "I5"],
    why: "looking at one's own old record counts as a renewal",
  },
  {
    name: "leads-on-after-release",
    rule: "leaving is first to begin nothing more, then to release",
    file: TENURE,
    find: `this.#ending.abort(error);`,
    replace: `if (error.reason !== "released" && error.reason !== "transferred") this.#ending.abort(error);`,
    invariants: ["I1", "I5"],
    why: "the holder acts on while its successor leads",
  },
  {
    name: "anybody-releases",
    rule: "only the holder releases",
    file: "packages/core/src/protocol/release.ts",
    find: `if (record !== null && standing.reason === "revoked") return`,
    replace: `if (record !== null) return`,
    invariants: ["I1"],
    setting: pauses,
    why: "one that lost the lease gives back its successor's",
  },
  {
    name: "break-frees-at-once",
    rule: "break revokes; only the holder writes a release",
    file: "packages/core/src/protocol/revoke.ts",
    find: `record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, revoked: { by, reason, time: wallTime } },`,
    replace: `record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, holderIdentity: null, holder: null, deadline: null, renewer: null, child: null, releaseTime: wallTime, releaseReason: "stopped" },`,
    invariants: ["I1"],
    setting: revocations,
    why: "the holder learns of it later than the taker",
  },
  {
    name: "transfer-request-frees-at-once",
    rule: "transfer asks the holder to stop and release",
    file: "packages/core/src/protocol/transfer.ts",
    find: `record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, preferredHolder },`,
    replace: `record: { ...record, schemaVersion: SCHEMA_VERSION, nonce, preferredHolder, holderIdentity: null, holder: null, deadline: null, renewer: null, child: null, releaseTime: wallTime, releaseReason: "transferred" },`,
    invariants: ["I1"],
    why: "the holder learns of it later than the taker",
  },
  {
    name: "status-tells-the-floor",
    rule: "what status says stood in the store",
    file: "packages/core/src/client/status.ts",
    find: `epoch: record?.epoch ?? epochFloor,`,
    replace: `epoch: epochFloor + 1,`,
    invariants: ["I10"],
    why: "people are told an epoch that nobody ever had",
  },
];
