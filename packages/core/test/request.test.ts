import { describe, expect, it } from "vitest";
import { request } from "../src/client/request.ts";
import { LeaseError } from "../src/index.ts";
import { FakeClock } from "../src/testing/index.ts";

describe("a request that is given up", () => {
  const hung = (answer: (reject: (error: Error) => void) => void) => (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => answer(reject)));

  it("F6 ends with what the store says of it, if it says so at once", async () => {
    const clock = new FakeClock();
    const said = new LeaseError("ESTOREUNAVAILABLE", "the disk is not answering");
    const sent = request(
      { clock, timeoutMs: 100 },
      hung((reject) => reject(said)),
    );
    const failure = expect(sent).rejects.toBe(said);
    await clock.advance(100);
    await failure;
  });

  it("ends all the same where the store says nothing", async () => {
    const clock = new FakeClock();
    const sent = request(
      { clock, timeoutMs: 100 },
      hung(() => {}),
    );
    const failure = expect(sent).rejects.toThrow("the store did not answer within 100ms");
    await clock.advance(100);
    await failure;
  });

  it("before it was sent is not sent", async () => {
    let sent = false;
    const send = (): Promise<void> => Promise.resolve(void (sent = true));
    const limits = { clock: new FakeClock(), timeoutMs: 100, signal: AbortSignal.abort(new Error("enough")) };
    await expect(request(limits, send)).rejects.toThrow("enough");
    expect([sent, limits.clock.pendingTimers]).toEqual([false, 0]);
  });
});
