import { createLeaseClient } from "@tenure/core";
import type { LeaseClient } from "@tenure/core";
import { MemoryStore, sequentialTokens } from "@tenure/core/testing";
import { expect, test } from "vitest";
import { Recorder } from "../src/recorder.ts";
import { Agenda } from "../src/world/agenda.ts";
import { Machine } from "../src/world/machine.ts";
import { seededRandom } from "../src/world/random.ts";
import type { SimProcess } from "../src/world/sim-process.ts";

function world() {
  const agenda = new Agenda();
  const recorder = new Recorder(agenda);
  agenda.onRest = () => recorder.lookAround();
  const machine = new Machine(agenda, seededRandom(1), 1);
  const clientOf = (holder: SimProcess, store: MemoryStore, renewer?: SimProcess): LeaseClient => {
    const process = renewer ?? holder;
    return createLeaseClient({
      store: recorder.recording(store, process),
      clock: process.clock,
      identity: {
        holderIdentity: "blue",
        holder: holder.identity,
        ...(renewer && { renewer: renewer.identity }),
      },
      randomToken: sequentialTokens("t"),
      timing: { leaseDurationMs: 10_000 },
    });
  };
  return { agenda, recorder, machine, clientOf };
}

/** Without what the store says for itself. */
function kindsIn({ history }: Recorder): string[] {
  return history.map(({ kind }) => kind).filter((kind) => kind !== "acked" && kind !== "visible");
}

test("a renewal whose answer came while its holder slept has been heard of when the next one is sent", async () => {
  const { agenda, recorder, machine, clientOf } = world();
  const holder = machine.spawn();
  const store = new MemoryStore({ clock: holder.clock });
  const done = (async () => {
    const lease = await clientOf(holder, store).acquire("job");
    recorder.granted(holder, lease);
    await holder.sleep(7_000);
    store.inject("compareAndSwap", { kind: "delay", afterMs: 500 });
    const first = lease.renew();
    // It is committed, and its answer lies there when the process is woken, past the deadline of before.
    holder.stop(5_000);
    await first;
    await lease.renew();
    await holder.sleep(1);
  })();
  await agenda.advanceTo(13_000);
  await done;
  expect(kindsIn(recorder)).toEqual(["granted", "renewing", "renewed", "renewing", "renewed"]);
});

test("whoever beats for a holder leads for it until it can see that the holder is gone", async () => {
  const { agenda, recorder, machine, clientOf } = world();
  const [holder, renewer] = [machine.spawn(), machine.spawn()];
  const done = (async () => {
    const lease = await clientOf(holder, new MemoryStore({}), renewer).acquire("job");
    holder.kill();
    recorder.granted(holder, lease);
    await lease.renew();
  })();
  await agenda.advanceTo(1_000);
  await done;
  expect(kindsIn(recorder)).toEqual(["granted", "renewing", "ended"]);
});
