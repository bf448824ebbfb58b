import { processOf, processState, randomToken, thisProcess } from "@tenure/host";
import type { FileStore } from "@tenure/store-file";
import { expect, onTestFinished, test, vi } from "vitest";
import { need } from "./support/machine.ts";
import { Place } from "./support/place.ts";
import type { Running } from "./support/running.ts";

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
  const before = blue.said.length;
  blue.tell("stop");
  await blue.next("begun", before);
  const { validUntil } = blue.said.findLast(({ kind }) => kind === "renewed") ?? (await blue.next("granted"));
  const granted = await green.next("granted");
  expect(granted.at).toBeGreaterThan(validUntil);
  expect(await place.takes((await green.act()).epoch)).toBe("taken");

  const asleep = blue.said.length;
  blue.kill("SIGCONT");
  await blue.next("woke", asleep);
  // On waking it looked again, before any timer or look at the store could have told it.
  const awake = blue.said.slice(asleep).map(({ kind }) => kind);
  expect(awake.slice(0, 2).toSorted()).toEqual(["ended", "refused"]);
  expect(await place.takes((await blue.act("finish")).epoch)).toBe("EFENCED");
  expect(await blue.act()).toMatchObject({ kind: "refused", epoch: 1 });
  expect((await blue.next("ended")).reason).toMatch(/event-loop-stall|taken-over|renewal-stopped/u);
  expect(await place.takes((await green.act()).epoch)).toBe("taken");
  await place.judge(["I1", "I2", "I3"]);
});

test("F14 a death is told to waiters in another network namespace, and a process that the dead one started does not hide it", async (context) => {
  const wrapper = ["unshare", "--net"];
  need(context, "network namespaces", ...wrapper, "true");
  const place = new Place();
  const [blue, green] = await place.pair({ leaseDurationMs: 600_000 }, { leaseDurationMs: 600_000, wrapper });
  blue.tell("child");
  const { child } = await blue.next("parent");
  onTestFinished(() => void process.kill(child, "SIGKILL"));
  await blue.killAlone();
  expect((await green.next("granted")).epoch).toBe(2);
  expect(processState(processOf(child))).toBe("running");
  await place.judge();
});

test("W1 W2 tenure run is killed: its command does not outlive it, and the next one is started only then", async () => {
  const place = new Place();
  const work = ["--", "sh", "-c", "echo child $$; exec sleep 1000"];
  const lead = (holder: string): Running => place.tenure("run", place.name, "--holder", holder, "--verbose", ...work);
  const childOf = async (runner: Running): Promise<number> => Number((await runner.line(/^child/u)).split(" ")[1]);
  // With nobody there to end it: it dies with its runner.
  const alone = lead("alone");
  const left = processOf(await childOf(alone));
  process.kill(alone.pid, "SIGKILL");
  await vi.waitFor(() => expect(processState(left)).toBe("dead"), { timeout: 20_000, interval: 20 });

  const blue = lead("blue");
  const orphan = processOf(await childOf(blue));
  const green = lead("green");
  await green.line(/waiting for "jobs"/u);
  expect(processState(orphan)).toBe("running");
  process.kill(blue.pid, "SIGKILL");
  const successor = processOf(await childOf(green));
  expect(processState(orphan)).toBe("dead");
  expect(processState(successor)).toBe("running");
  process.kill(green.pid, "SIGTERM");
  expect((await green.ended).code).toBe(143);
  expect(processState(successor)).toBe("dead");
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
