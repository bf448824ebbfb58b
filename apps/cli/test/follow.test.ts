import { LeaseError } from "@tenure/core";
import { expect, test, vi } from "vitest";
import type { Context } from "../src/context.ts";
import { follow } from "../src/watch/follow.ts";

const unavailable = new LeaseError("ESTOREUNAVAILABLE", "the connection is gone");

function storeThat(list: () => Promise<readonly string[]>): Context {
  return { clientFor: () => ({}), store: { list } } as unknown as Context;
}

test("a question that fails while nobody ends the watching is an outage, told once", async () => {
  const ended = new AbortController();
  const trouble = vi.fn<(why: LeaseError | null) => void>(() => ended.abort());
  await follow(
    storeThat(() => Promise.reject(unavailable)),
    [],
    { see: vi.fn<() => void>(), trouble },
    ended.signal,
  );
  expect(trouble.mock.calls).toEqual([[unavailable]]);
});

test("one that fails since the watching has ended, and the store is being closed, is none", async () => {
  const ended = new AbortController();
  const trouble = vi.fn<(why: LeaseError | null) => void>();
  const list = (): Promise<never> => {
    ended.abort();
    return Promise.reject(unavailable);
  };
  await follow(storeThat(list), [], { see: vi.fn<() => void>(), trouble }, ended.signal);
  expect(trouble).not.toHaveBeenCalled();
});
