import { describe, expect, test } from "vitest";
import { GroupCommit, SentError, type GroupedSwap } from "../src/index.ts";

interface Swap extends GroupedSwap {
  readonly id: number;
}

/** A group on its way, which the test answers. */
interface Sent {
  readonly ids: readonly number[];
  readonly signal: AbortSignal;
  readonly answer: (answers: readonly string[] | null) => void;
  readonly fail: (error: Error) => void;
}

class Server {
  readonly sent: Sent[] = [];
  left = 0;
  open: () => Promise<void> = () => Promise.resolve();
  readonly commits = new GroupCommit<Swap, string>({
    open: async () => {
      await this.open();
      return {
        send: (asked, signal) => {
          const ids = asked.map(({ id }) => id);
          return new Promise((answer, fail) => this.sent.push({ ids, signal, answer, fail }));
        },
        leave: () => void (this.left += 1),
      };
    },
    notSent: (cause) => new Error("nothing was sent", { cause }),
    swapsMax: 3,
    lengthMax: 100,
  });
  #id = 0;

  swap({ name, length = 10, signal }: { name?: string; length?: number; signal?: AbortSignal } = {}): Promise<string> {
    const id = (this.#id += 1);
    return this.commits.swap({ id, name: name ?? `lease-${id}`, length }, signal);
  }

  /** Two groups of one each: whatever comes now has to wait. */
  async busy(): Promise<readonly [Sent, Sent]> {
    for (const number of [1, 2]) {
      void this.swap();
      await expect.poll(() => this.sent.length).toBe(number);
    }
    return this.sent as unknown as readonly [Sent, Sent];
  }

  get groups(): readonly (readonly number[])[] {
    return this.sent.map(({ ids }) => ids);
  }
}

describe("swaps that come while others are under way", () => {
  test("go together, as many as fit, and each has its own answer", async () => {
    const server = new Server();
    const [first] = await server.busy();
    const swaps = Array.from({ length: 4 }, () => server.swap());
    first.answer(["-"]);
    await expect.poll(() => server.groups).toEqual([[1], [2], [3, 4, 5]]);
    server.sent[2]?.answer(["three", "four", "five"]);
    await expect.poll(() => server.groups[3]).toEqual([6]);
    server.sent[3]?.answer(["six"]);
    expect(await Promise.all(swaps)).toEqual(["three", "four", "five", "six"]);
  });

  test("two of one lease do not go together, nor more than fit by their length", async () => {
    const server = new Server();
    const [first] = await server.busy();
    void server.swap({ name: "orders" });
    void server.swap({ name: "orders" });
    void server.swap({ length: 91 });
    void server.swap({ length: 90 });
    first.answer(["-"]);
    await expect.poll(() => server.groups[2]).toEqual([3, 6]);
    server.sent[2]?.answer(["-", "-"]);
    await expect.poll(() => server.groups[3]).toEqual([4]);
    server.sent[3]?.answer(["-"]);
    await expect.poll(() => server.groups[4]).toEqual([5]);
  });

  test("one that is longer than a group may be goes alone", async () => {
    const server = new Server();
    const swap = server.swap({ length: 1_000 });
    await expect.poll(() => server.groups).toEqual([[1]]);
    server.sent[0]?.answer(["done"]);
    expect(await swap).toBe("done");
  });

  test("are asked for one by one where the group had no effect; who left meanwhile is not", async () => {
    const server = new Server();
    const [first] = await server.busy();
    const giveUp = new AbortController();
    const staying = [server.swap(), server.swap()];
    const leaving = expect(server.swap({ signal: giveUp.signal })).rejects.toBeInstanceOf(SentError);
    const later = server.swap();
    first.answer(["-"]);
    await expect.poll(() => server.groups[2]).toEqual([3, 4, 5]);
    giveUp.abort(new Error("no patience"));
    await leaving;
    server.sent[2]?.answer(null);
    for (const [at, id] of [3, 4, 6].entries()) {
      await expect.poll(() => server.groups[3 + at]).toEqual([id]);
      server.sent[3 + at]?.answer([`${id}`]);
    }
    expect(await Promise.all([...staying, later])).toEqual(["3", "4", "6"]);
  });

  test("one that is given up before its turn was never sent", async () => {
    const server = new Server();
    const [first] = await server.busy();
    const giveUp = new AbortController();
    const refused = expect(server.swap({ signal: giveUp.signal })).rejects.toThrow("nothing was sent");
    const stays = server.swap();
    giveUp.abort(new Error("no patience"));
    await refused;
    first.answer(["-"]);
    await expect.poll(() => server.groups[2]).toEqual([4]);
    server.sent[2]?.answer(["four"]);
    expect(await stays).toBe("four");
    await expect(server.swap({ signal: giveUp.signal })).rejects.toThrow("nothing was sent");
  });

  test("one that is given up under way is unknown; the request is when nobody waits for any of it", async () => {
    const server = new Server();
    const [first] = await server.busy();
    const givingUp = [new AbortController(), new AbortController()];
    const swaps = givingUp.map(({ signal }) => server.swap({ signal }).catch((error: unknown) => error));
    first.answer(["-"]);
    await expect.poll(() => server.groups[2]).toEqual([3, 4]);
    const group = server.sent[2];
    givingUp[0]?.abort(new Error("no patience"));
    expect(await swaps[0]).toMatchObject({ name: "SentError", cause: { message: "no patience" } });
    expect(group?.signal.aborted).toBe(false);
    givingUp[1]?.abort(new Error("nor I"));
    await swaps[1];
    expect(group?.signal).toMatchObject({ aborted: true, reason: { message: "nor I" } });
  });

  test("share what befalls the request, and one that was not answered is unknown", async () => {
    const server = new Server();
    const [first, second] = await server.busy();
    const swaps = [server.swap(), server.swap(), server.swap(), server.swap()].map((swap) =>
      swap.catch((error: unknown) => error),
    );
    first.answer(["-"]);
    await expect.poll(() => server.groups[2]).toEqual([3, 4, 5]);
    server.sent[2]?.fail(new Error("the disk is full"));
    expect(await Promise.all(swaps.slice(0, 3))).toEqual(
      Array.from({ length: 3 }, () => new Error("the disk is full")),
    );
    await expect.poll(() => server.groups[3]).toEqual([6]);
    server.sent[3]?.answer([]);
    expect(await swaps[3]).toBeInstanceOf(SentError);
    second.answer(["-"]);
  });

  test("are told where there is no way to the server, and the next one tries again", async () => {
    const server = new Server();
    server.open = () => Promise.reject(new Error("no connection"));
    await expect(server.swap()).rejects.toThrow("no connection");
    server.open = () => Promise.resolve();
    const swap = server.swap();
    await expect.poll(() => server.groups).toEqual([[2]]);
    server.sent[0]?.answer(["done"]);
    expect(await swap).toBe("done");
  });

  test("give a way back that came when nobody waited any more", async () => {
    const server = new Server();
    let open = (): void => {};
    server.open = () => new Promise((resolve) => (open = resolve));
    const giveUp = new AbortController();
    const refused = expect(server.swap({ signal: giveUp.signal })).rejects.toThrow("nothing was sent");
    giveUp.abort(new Error("no patience"));
    await refused;
    open();
    await expect.poll(() => server.left).toBe(1);
    expect(server.groups).toEqual([]);
  });

  test("rest when none is under way", async () => {
    const server = new Server();
    expect(server.commits.isAtRest).toBe(true);
    const swap = server.swap();
    await expect.poll(() => server.groups).toEqual([[1]]);
    expect(server.commits.isAtRest).toBe(false);
    const ended = server.commits.nextEnd();
    server.sent[0]?.answer(["done"]);
    await Promise.all([swap, ended]);
    expect(server.commits.isAtRest).toBe(true);
  });
});
