import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { explainExpiry } from "../src/client/loss.ts";
import { LeaseLostError } from "../src/index.ts";
import { lead, World } from "./world.ts";

describe("a lease that is lost already", () => {
  test.each(["taken-over", "store-slow"] as const)("is not given to another: %s", async (reason) => {
    const world = new World();
    const lease = await lead(world.join("a"));
    if (reason === "store-slow") world.memory.tamper("job", null);
    lease.lose(new LeaseLostError(reason, "lost"));
    await expect(lease.transfer("b")).rejects.toMatchObject({ name: /Lease/u });
    await lease.release();
  });

  test("and may be given to another all the same, where its record still stands, is", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    lease.lose(new LeaseLostError("work-stalled", "lost"));
    await lease.transfer("b");
    expect((await world.memory.read("job")).record).toMatchObject({
      holder: null,
      preferredHolder: { holderIdentity: "b" },
    });
  });
});

test("what an earlier holder left stays named where the own child could not be written", async () => {
  const world = new World();
  const [a, b] = [world.join("a"), world.join("b")];
  const left = { ...a.identity.holder, instanceId: "left", pid: 4242 };
  await (await lead(a)).recordChild(left);
  world.kill(a);
  const lease = await lead(b);
  expect(lease.record.child).toEqual(left);
  b.store.inject("compareAndSwap", { kind: "fail" }, { times: 1 });
  await expect(lease.recordChild({ ...left, instanceId: "own", pid: 4243 })).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
  });
  await lease.release();
  expect((await world.memory.read("job")).record?.child).toEqual(left);
});

test("many may acquire under one signal, and Node warns of nothing", async () => {
  const world = new World();
  await lead(world.join("a"));
  const warnings: string[] = [];
  const note = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  const shutdown = new AbortController();
  const waiting = Array.from({ length: 12 }, (_, index) =>
    world.join(`b${index}`).client.acquire("job", { signal: shutdown.signal }),
  );
  // What is warned of is told in the next turn.
  process.emitWarning("the last one");
  while (!warnings.includes("the last one")) await once(process, "warning");
  shutdown.abort(new Error("shutting down"));
  for (const ended of await Promise.allSettled(waiting))
    expect(ended).toMatchObject({ reason: { message: "shutting down" } });
  expect(warnings).toEqual(["the last one"]);
});

test("whoever gives up waiting has given back what it may have acquired before it is told", async () => {
  const world = new World();
  const { client, store } = world.join("a");
  store.inject("compareAndSwap", { kind: "drop-reply" });
  const shutdown = new AbortController();
  const acquiring = client.acquire("job", { signal: shutdown.signal });
  await world.time.advance(10);
  expect((await world.memory.read("job")).record?.epoch).toBe(1);
  store.inject("read", { kind: "delay", beforeMs: 50 });
  let told = false;
  const ended = acquiring.catch(() => (told = true));
  shutdown.abort(new Error("shutting down"));
  await world.time.advance(40);
  expect(told).toBe(false);
  await world.time.advance(20);
  await ended;
  expect((await world.memory.read("job")).record).toMatchObject({ epoch: 1, holder: null });
});

describe("bad input is named", () => {
  test("an epoch that is no number, and a reason that is none", async () => {
    const { client } = new World().join("a");
    const wrong = { holderIdentity: "a", epoch: "1" as unknown as number };
    await expect(client.attach("job", wrong)).rejects.toMatchObject({ code: "EUSAGE", message: /^epoch is "1"/u });
    const none = undefined as unknown as string;
    await expect(client.revoke("job", none)).rejects.toMatchObject({ code: "EUSAGE" });
    await expect(client.pause("job", { expiresAfterMs: 1_000, reason: none })).rejects.toMatchObject({
      code: "EUSAGE",
    });
  });
});

test("a deadline that lies further off than it can is of another clock", async () => {
  const world = new World();
  const a = world.join("a");
  const { epoch, record } = await lead(a);
  const { deadline } = record;
  if (deadline === null) throw new Error("there is a deadline");
  world.memory.tamper("job", {
    ...record,
    deadline: { ...deadline, boottimeMs: deadline.boottimeMs + 864_000_000 },
  });
  await expect(a.client.attach("job", { holderIdentity: "a", epoch })).rejects.toMatchObject({
    code: "ELEASEEXPIRED",
    message: /by another clock/u,
  });
});

test("a clock that jumps by years is a loss that is told, and no crash", () => {
  const jumpedMs = 400 * 86_400_000;
  const evidence = { renewDeadlineMs: 12_000, elapsedMs: jumpedMs, suspendedMs: jumpedMs, stalledMs: 0 };
  expect(explainExpiry({ ...evidence, attempts: 0, answeredLate: false, lastError: undefined })).toMatchObject({
    reason: "suspended",
  });
});
