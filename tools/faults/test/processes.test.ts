import { randomToken, thisProcess } from "@tenure/host";
import type { FileStore } from "@tenure/store-file";
import { expect, test } from "vitest";
import { Place } from "./support/place.ts";

test("P1 a holder that is killed is proved dead, and succeeded at once", async () => {
  const place = new Place();
  const [blue, green] = await place.pair({ leaseDurationMs: 600_000 });
  blue.kill("SIGKILL");
  // Ten minutes would have to pass otherwise.
  const { epoch } = await green.next("granted");
  expect(epoch).toBe(2);
  expect(await place.takes((await green.act()).epoch)).toBe("taken");
  await place.judge();
});

test("P3 a holder that is stopped is succeeded after its lease duration; when it runs again it begins nothing, and what it had begun is fenced off", async () => {
  const place = new Place();
  const [blue, green] = await place.pair();
  await blue.renews(1);
  expect(await place.takes((await blue.act()).epoch)).toBe("taken");
  // It has made sure that it leads, and is stopped before it acts on that.
  blue.tell("begin");
  await blue.next("begun", blue.said.length);
  blue.kill("SIGSTOP");
  const { validUntil } = blue.said.findLast(({ kind }) => kind === "renewed") ?? (await blue.next("granted"));
  const granted = await green.next("granted");
  expect(granted.at).toBeGreaterThan(validUntil);
  expect(await place.takes((await green.act()).epoch)).toBe("taken");

  const late = blue.act("finish");
  blue.kill("SIGCONT");
  expect(await place.takes((await late).epoch)).toBe("EFENCED");
  expect(await blue.act()).toMatchObject({ kind: "refused", epoch: 1 });
  expect((await blue.next("ended")).reason).toMatch(/event-loop-stall|taken-over|renewal-stopped/u);
  expect(await place.takes((await green.act()).epoch)).toBe("taken");
  await place.judge(["I1", "I2", "I3"]);
});

test("two processes of one identity do not lead side by side: the second waits, and one that forges its way in is told as a collision", async () => {
  const place = new Place();
  const first = place.member("blue");
  await first.next("granted");
  const second = place.member("blue");
  await second.next("joining");
  await first.renews(4);
  expect(second.said.map(({ kind }) => kind)).not.toContain("granted");

  const store = await place.open();
  await forge(store, place.name);
  const { reason, message } = await first.next("ended");
  expect(reason).toBe("identity-collision");
  expect(message).toContain('"blue"');
  expect(await first.act()).toMatchObject({ kind: "refused", reason: "identity-collision" });
  // Nothing of the impostor's is renewed, so the one that waited leads in the end, with an epoch of its own.
  expect((await second.next("granted")).epoch).toBe(2);
});

/** A third process under the same name, that renews a term which is not its own. */
async function forge(store: FileStore, name: string): Promise<void> {
  for (;;) {
    const found = await store.read(name);
    if (found.record === null) throw new Error("nobody leads");
    const nonce = randomToken();
    const record = { ...found.record, nonce, renewals: found.record.renewals + 1, holder: thisProcess() };
    const { epoch, holderIdentity } = record;
    const event = { type: "lease.renewed", name, time: new Date().toISOString(), epoch, holderIdentity } as const;
    const { outcome } = await store.compareAndSwap(found, record, event, { durable: false });
    if (outcome === "committed") return;
  }
}
