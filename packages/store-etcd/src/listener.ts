import type { IncomingMessage } from "node:http";
import type { NewsListener } from "@tenure/core";
import { storeFailure } from "./failure.ts";
import { refusal, type Gateway } from "./gateway.ts";
import { asList, asObject, encode } from "./txn.ts";

/** Of one message; a change carries the record that it left. */
const MESSAGE_LENGTH_MAX = 4 * 1024 * 1024;

/** Hears of every change of a key by a connection of its own, from when this resolves on. Resolves with the way to leave. */
export async function listenTo(
  gateway: Gateway,
  key: string,
  { onNews, onBroken }: NewsListener,
  signal: AbortSignal,
): Promise<() => void> {
  const left = new AbortController();
  const over = AbortSignal.any([signal, left.signal]);
  const first = changes(gateway, key, over);
  await first.next();
  void tell();
  return () => left.abort();

  async function tell(): Promise<void> {
    try {
      for (let told = first; ; told = changes(gateway, key, over)) for await (const _ of told) onNews();
    } catch (error) {
      if (!over.aborted) onBroken(storeFailure(error, "hear of changes"));
    }
  }
}

/**
 * Yields once it hears, then after each change, also when several came at once. Ends when the cluster dropped some before it told them:
 * what stands there is to be read once the next one hears.
 */
async function* changes(gateway: Gateway, key: string, signal: AbortSignal): AsyncGenerator<void, void, void> {
  const response = await gateway.stream("/v3/watch", { create_request: { key: encode(key) } }, signal);
  try {
    for await (const messages of messagesOf(response)) {
      let isNews = false;
      for (const { result, error } of messages.map(asObject)) {
        if (error !== undefined) throw refusal(200, JSON.stringify(error));
        const { created, canceled, cancel_reason: reason, compact_revision: compacted, events } = asObject(result);
        if (canceled === true && compacted !== undefined) return;
        if (canceled === true) throw new Error(`the watch was ended by the server: ${String(reason)}`);
        if (created === true || asList(events).length > 0) isNews = true;
      }
      if (isNews) yield;
    }
    throw new Error("the watch ended");
  } finally {
    response.destroy();
  }
}

/** A message a line; what came together is told together. */
async function* messagesOf(response: IncomingMessage): AsyncGenerator<readonly unknown[], void, void> {
  let rest = "";
  for await (const text of response.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MESSAGE_LENGTH_MAX) throw new Error(`a message is longer than ${MESSAGE_LENGTH_MAX} characters`);
    const messages = lines.filter((line) => line !== "");
    if (messages.length > 0) yield messages.map((line): unknown => JSON.parse(line));
  }
}
