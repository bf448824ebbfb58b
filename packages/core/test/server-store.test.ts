import { describe, expect, test } from "vitest";
import {
  LeaseError,
  MemoryFenceStorage,
  ServerStore,
  StoreGoneError,
  type Believe,
  type FailureFacts,
  type ServerEngine,
  type Snapshot,
} from "../src/index.ts";
import { describeLeaseStore, eventFor, heldRecord, MemoryStore } from "../src/testing/index.ts";

/** Fails as a server's client does, when it is told to. */
class FakeEngine implements ServerEngine {
  readonly engine = "The server";
  readonly #store: MemoryStore;
  fails: Error | null = null;
  epochFloor: number | null = null;
  isUnknown = false;
  asked = 0;
  /** What others keep on the same server. */
  foreign: readonly string[] = [];

  constructor(store = new MemoryStore()) {
    this.#store = store;
  }

  get storeId(): string {
    return this.#store.storeId;
  }

  get guarantees(): ServerEngine["guarantees"] {
    return this.#store.guarantees;
  }

  async look(name: string): Promise<Snapshot> {
    this.#failIfTold();
    const snapshot = await this.#store.read(name);
    return this.epochFloor === null ? snapshot : { ...snapshot, epochFloor: this.epochFloor };
  }

  async swap(...args: Parameters<ServerEngine["swap"]>): ReturnType<ServerEngine["swap"]> {
    this.#failIfTold();
    return this.isUnknown
      ? { outcome: "unknown", cause: new Error("reset") }
      : await this.#store.compareAndSwap(...args);
  }

  async *watch(name: string, believe: Believe, signal: AbortSignal): AsyncGenerator<Snapshot, void, void> {
    this.#failIfTold();
    for await (const _ of this.#store.watch(name, { signal })) yield await believe(() => this.look(name));
  }

  async *journal(name: string, after: string | undefined): ReturnType<MemoryStore["journal"]> {
    this.#failIfTold();
    yield* this.#store.journal(name, after);
  }

  async list(): Promise<readonly string[]> {
    this.#failIfTold();
    return [...(await this.#store.list()).toReversed(), ...this.foreign];
  }

  async probe(): ReturnType<ServerEngine["probe"]> {
    this.#failIfTold();
    return await this.#store.probe();
  }

  raiseFloor(name: string, epoch: number): string {
    return `raise ${name} ${epoch}`;
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    if (error instanceof LeaseError) return error;
    return new LeaseError("ESTOREUNAVAILABLE", `The server: cannot ${doing}: ${(error as Error).message}`, facts);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #failIfTold(): void {
    this.asked += 1;
    if (this.fails !== null) throw this.fails;
  }
}

const durable = { durable: true } as const;
const gone = new StoreGoneError("the store is gone", { name: "orders" }, "bring it back");

function opened(seenEpochs?: MemoryFenceStorage): { engine: FakeEngine; store: ServerStore } {
  const engine = new FakeEngine();
  return { engine, store: new ServerStore(engine, seenEpochs) };
}

async function write(store: ServerStore, epoch: number): Promise<Snapshot> {
  const record = heldRecord("orders", epoch);
  const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), durable);
  if (swapped.outcome !== "committed") throw new Error(swapped.outcome);
  return swapped.snapshot;
}

describeLeaseStore(
  {
    name: "ServerStore",
    supports: ["loseRecord"],
    open: async () => {
      const kept = new MemoryStore({ tellsDeath: false });
      return {
        connect: async () => new ServerStore(new FakeEngine(kept.connect()), undefined),
        loseRecord: async (name) => kept.tamper(name, null),
        dispose: () => kept.close(),
      };
    },
  },
  { describe, it: test },
);

describe("a store on a server", () => {
  test("lists leases, and nothing else that is kept beside them", async () => {
    const { engine, store } = opened();
    await write(store, 1);
    engine.foreign = ["-x", "notes=mine", "a\u001b[2J"];
    expect(await store.list()).toEqual(["orders"]);
  });

  test("tells every failure of its engine in words, with what was asked and of which lease", async () => {
    const { engine, store } = opened();
    const expected = await store.read("orders");
    const record = heldRecord("orders", 1);
    engine.fails = new Error("reset");
    const { signal } = new AbortController();
    const asking: readonly [string, () => Promise<unknown>][] = [
      ["cannot read lease orders: reset", () => store.read("orders")],
      ["cannot write lease orders: reset", () => store.compareAndSwap(expected, record, eventFor(record), durable)],
      ["cannot watch lease orders: reset", () => store.watch("orders", { signal }).next()],
      ["cannot read the journal of lease orders: reset", () => store.journal("orders").next()],
      ["cannot list leases: reset", () => store.list()],
      ["cannot ask the server what it is: reset", () => store.probe()],
    ];
    for (const [message, ask] of asking)
      await expect(ask(), message).rejects.toMatchObject({
        code: "ESTOREUNAVAILABLE",
        message: `The server: ${message}`,
      });
  });

  test("an outcome that is unknown stays so, with its cause in words", async () => {
    const { engine, store } = opened();
    const expected = await store.read("orders");
    const record = heldRecord("orders", 1);
    engine.isUnknown = true;
    expect(await store.compareAndSwap(expected, record, eventFor(record), durable)).toMatchObject({
      outcome: "unknown",
      cause: { code: "ESTOREUNAVAILABLE", message: "The server: cannot write lease orders: reset" },
    });
  });

  test("a snapshot of another store, and an epoch that was used up, are answered without asking the server", async () => {
    const { engine, store } = opened();
    const snapshot = await write(store, 3);
    const record = heldRecord("orders", 2);
    engine.asked = 0;
    const other = { ...snapshot, storeId: "another" };
    expect(await store.compareAndSwap(other, record, eventFor(record), durable)).toEqual({ outcome: "conflict" });
    const taken = { code: "EEPOCHREGRESSION", facts: { name: "orders", epoch: 2 } };
    await expect(store.compareAndSwap(snapshot, record, eventFor(record), durable)).rejects.toMatchObject(taken);
    const lost = { ...snapshot, record: null, epochFloor: 2 };
    await expect(store.compareAndSwap(lost, record, eventFor(record), durable)).rejects.toMatchObject(taken);
    expect(engine.asked).toBe(0);
  });

  test("a server that shows less than was seen is not believed, with what an operator runs", async () => {
    const { engine, store } = opened(new MemoryFenceStorage());
    await write(store, 7);
    engine.epochFloor = 3;
    await expect(store.read("orders")).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
      facts: { name: "orders", epoch: 7 },
      message: expect.stringMatching(/run: raise orders 7$/u),
    });
  });

  test("a store that is gone is told with the epochs that were seen of it", async () => {
    const { engine, store } = opened();
    await write(store, 7);
    engine.fails = gone;
    await expect(store.read("orders")).rejects.toMatchObject({
      code: "EEPOCHREGRESSION",
      facts: { name: "orders", epoch: 7 },
      message: expect.stringMatching(/run: bring it back and raise orders 7$/u),
    });
    await expect(store.read("unseen")).rejects.toBe(gone);
    await expect(store.list()).rejects.toBe(gone);
  });

  test("what is committed is committed, also when it could not be noted that it was seen", async () => {
    const storage = { load: async () => 0, raise: () => Promise.reject(new Error("the disk is full")) };
    const store = new ServerStore(new FakeEngine(), storage);
    const record = heldRecord("orders", 1);
    const expected = await store.read("orders");
    const swapped = await store.compareAndSwap(expected, record, eventFor(record), durable);
    expect(swapped.outcome).toBe("committed");
    // Not the server's fault, and not called so.
    await expect(store.read("orders")).rejects.toThrow(/cannot be kept on this machine: the disk is full$/u);
  });

  test("what is watched is believed as what is read, and a watch ends without a word when it is left", async () => {
    const { engine, store } = opened();
    await write(store, 7);
    const leaving = new AbortController();
    const watching = store.watch("orders", leaving);
    expect((await watching.next()).value).toMatchObject({ epochFloor: 7 });
    engine.epochFloor = 3;
    const next = watching.next();
    await write(new ServerStore(engine, undefined), 8).catch(() => {});
    await expect(next).rejects.toMatchObject({ code: "EEPOCHREGRESSION", facts: { epoch: 7 } });
    leaving.abort(new Error("enough"));
    engine.fails = new Error("reset");
    expect(await store.watch("orders", leaving).next()).toMatchObject({ done: true });
  });

  test("asks nothing more once it is closed, and is closed once", async () => {
    const { engine, store } = opened();
    const watching = store.watch("orders", { signal: new AbortController().signal });
    await watching.next();
    await store.close();
    await store.close();
    expect(await watching.next()).toMatchObject({ done: true });
    engine.asked = 0;
    const closed = { code: "ESTOREUNAVAILABLE", message: "The server: this store is closed" };
    await expect(store.read("orders")).rejects.toMatchObject(closed);
    await expect(store.journal("orders").next()).rejects.toMatchObject(closed);
    await expect(store.probe()).rejects.toMatchObject(closed);
    expect(engine.asked).toBe(0);
  });
});
