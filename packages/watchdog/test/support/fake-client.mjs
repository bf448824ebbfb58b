// A lease client for tests of the runner: one state file, no rules. What the store would answer, the test says.
import { readFileSync, writeFileSync } from "node:fs";
import { elapsedAtMostMs, LeaseLostError } from "@tenure/core";
import { systemClock, thisProcess } from "@tenure/host";

export const clock = systemClock();

export class FakeClient {
  #options;

  constructor(options) {
    this.#options = options;
  }

  async tryAcquire(name) {
    return this.#options.held ? null : new FakeLease(name, this.#options);
  }

  async status(name) {
    return { name, holderIdentity: "another", epoch: 7, paused: null, preferredHolder: null };
  }

  acquire(name, { signal } = {}) {
    if (!this.#options.held) return this.tryAcquire(name);
    process.send({ type: "test.waiting" });
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("no longer wanted")));
    });
  }
}

class FakeLease {
  holderIdentity = "tester";
  renewedAt = clock.now();
  transferRequested = new Promise((resolve) => (this.requestTransfer = resolve));
  #options;
  #abort = new AbortController();

  constructor(name, options) {
    this.#options = options;
    this.name = name;
    this.storeId = options.storeId;
    this.predecessor = readState(options.state);
    this.timing = options.timing;
    this.epoch = (this.predecessor?.epoch ?? 0) + 1;
    this.record = {
      name,
      holderIdentity: this.holderIdentity,
      holder: thisProcess(),
      epoch: this.epoch,
      child: this.predecessor?.child ?? null,
      paused: null,
      leaseDurationMs: options.timing.leaseDurationMs,
      renewDeadlineMs: options.timing.renewDeadlineMs,
    };
    this.#write();
  }

  get signal() {
    return this.#abort.signal;
  }

  remainingMs() {
    return this.signal.aborted
      ? 0
      : Math.max(0, this.record.renewDeadlineMs - elapsedAtMostMs(this.renewedAt, clock.now()));
  }

  assertHeld() {
    this.signal.throwIfAborted();
    if (this.remainingMs() <= 0) throw new LeaseLostError("event-loop-stall", "lost, as its own clock says");
  }

  async renew() {
    this.assertHeld();
    this.renewedAt = clock.now();
    process.send({ type: "test.renewed" });
  }

  async recordChild(child) {
    process.send({ type: "test.recording", child });
    if (this.#options.holdRecording) await new Promise((resolve) => (this.finishRecording = resolve));
    this.record.child = child;
    this.#write();
  }

  lose(error) {
    this.#abort.abort(error);
  }

  loseFor(reason) {
    this.lose(new LeaseLostError(reason, `lost as the test says: ${reason}`));
  }

  async release(reason) {
    this.record.child = null;
    this.#write();
    process.send({ type: "test.released", reason });
    this.loseFor("released");
  }

  async transfer(to, { expiresAfterMs }) {
    this.record.child = null;
    this.#write();
    process.send({ type: "test.transferred", to, expiresAfterMs });
    this.loseFor("transferred");
  }

  #write() {
    writeFileSync(this.#options.state, JSON.stringify(this.record));
  }
}

function readState(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
