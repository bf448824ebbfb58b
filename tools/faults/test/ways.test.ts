import type { LeaseStore, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, Proxy, type Weather } from "@tenure/engines";
import { expect, onTestFinished, test } from "vitest";
import { subjects, type Subject } from "./support/subjects.ts";

const GIVEN_UP_MS = 300;
const LATEST_MS = 20_000;

/** What a way to a server may do, and whether a write that was given up on may have gone through. */
const weathers: Readonly<Record<string, readonly [Weather, mayStand: boolean]>> = {
  "loses requests": ["drops requests", false],
  "loses replies": ["drops replies", true],
  "loses both": ["drops everything", false],
  "takes seconds": [{ delayMs: 2_000 }, true],
};

const cases = subjects.flatMap((subject) => Object.keys(weathers).map((way) => [subject.name, way, subject] as const));

test.for(cases)(
  "N1 N2 N4 the way to a server of %s %s: a request is given up in time, a write is unknown, and the next one finds out and goes on",
  async ([, way, subject]) => {
    const [weather, mayStand] = weathers[way] ?? ["fair", false];
    const [store, network] = await openBehind(subject);
    const first = await write(store, 1);
    if (first.outcome !== "committed") throw new Error(first.outcome);
    network.weather = weather;
    const record = heldRecord("orders", 2);
    const options = { durable: true, signal: AbortSignal.timeout(GIVEN_UP_MS) };
    const swapped = await store.compareAndSwap(first.snapshot, record, eventFor(record), options);
    expect(swapped).toMatchObject({ outcome: "unknown" });
    await expect(store.read("orders", { signal: AbortSignal.timeout(GIVEN_UP_MS) })).rejects.toThrow();
    network.weather = "fair";

    const found = await settled(store);
    const nonces = [first.snapshot.record?.nonce, ...(mayStand ? [record.nonce] : [])];
    expect(nonces).toContain(found.record?.nonce);
    await expect.poll(async () => (await write(store, 3)).outcome, { timeout: LATEST_MS }).toBe("committed");
    const epochs: number[] = [];
    for await (const line of store.journal("orders")) epochs.push(line.record.epoch);
    expect(
      mayStand
        ? [
            [1, 3],
            [1, 2, 3],
          ]
        : [[1, 3]],
    ).toContainEqual(epochs);
  },
);

async function openBehind({ name, start, open }: Subject): Promise<readonly [LeaseStore, Proxy]> {
  const server = await start();
  if (server === null) throw new Error(missing(name));
  onTestFinished(() => server.stop());
  const network = await Proxy.before(server);
  onTestFinished(() => network.close());
  const store = await open(network.url);
  onTestFinished(() => store.close());
  return [store, network];
}

async function write(store: LeaseStore, epoch: number): Promise<SwapOutcome> {
  const record = heldRecord("orders", epoch);
  return await store.compareAndSwap(await settled(store), record, eventFor(record), { durable: true });
}

/** What stands there; asked again where the connection that was given up is only ending. */
async function settled(store: LeaseStore): ReturnType<LeaseStore["read"]> {
  let found: Awaited<ReturnType<LeaseStore["read"]>> | undefined;
  const look = async (): Promise<boolean> => {
    found = await store.read("orders").catch(() => undefined);
    return found !== undefined;
  };
  await expect.poll(look, { timeout: LATEST_MS }).toBe(true);
  if (found === undefined) throw new Error("it was not read");
  return found;
}
