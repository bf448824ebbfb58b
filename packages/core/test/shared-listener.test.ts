import { expect, test } from "vitest";
import { SharedListener, watchByNews, type Heard } from "../src/index.ts";
import { MemoryStore } from "../src/testing/index.ts";

/** Connections as a server would give them, each ended by hand. */
function line(): { listener: SharedListener; heard: Heard[]; ended: number[] } {
  const [heard, ended]: [Heard[], number[]] = [[], []];
  const listener = new SharedListener((of) => {
    const at = heard.push(of) - 1;
    return Promise.resolve(() => void ended.push(at));
  });
  return { listener, heard, ended };
}

const never = (): AbortSignal => new AbortController().signal;

test("one connection serves all, and is ended with the last of them", async () => {
  const { listener, heard, ended } = line();
  const told: string[] = [];
  const hear = (name: string): Promise<() => void> =>
    listener.listen(name, { onNews: () => told.push(name), onBroken: () => told.push("broken") }, never());
  const [leaveA, leaveB] = [await hear("a"), await hear("b")];
  heard[0]?.onNews("b");
  leaveA();
  expect([told, heard.length, ended]).toEqual([["b"], 1, []]);
  leaveB();
  await Promise.resolve();
  expect(ended).toEqual([0]);
});

test("the late end of a connection that was left breaks nobody on the next one; its own end breaks all", async () => {
  const { listener, heard } = line();
  const broken: string[] = [];
  const hear = (name: string): Promise<() => void> =>
    listener.listen(name, { onNews: () => {}, onBroken: ({ message }) => broken.push(`${name}: ${message}`) }, never());
  (await hear("a"))();
  await Promise.resolve();
  await hear("b");
  heard[0]?.onBroken(new Error("late"));
  expect(broken).toEqual([]);
  heard[1]?.onBroken(new Error("gone"));
  heard[1]?.onBroken(new Error("twice"));
  expect(broken).toEqual(["b: gone"]);
});

test("a watch by news reads after it listens, and ends with what broke it", async () => {
  const store = new MemoryStore();
  const { listener, heard } = line();
  const watching = watchByNews({
    read: () => store.read("job"),
    listen: (of, signal) => listener.listen("job", of, signal),
    signal: never(),
  });
  expect((await watching.next()).value).toMatchObject({ record: null });
  const next = expect(watching.next()).rejects.toThrow("gone");
  heard[0]?.onBroken(new Error("gone"));
  await next;
});
