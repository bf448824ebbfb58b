import type { IncomingMessage } from "node:http";
import { refusal, type Gateway } from "./gateway.ts";
import { asList, asObject, encode } from "./txn.ts";

/** Of one message; a change carries the record that it left. */
const MESSAGE_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Yields after each change of a key from one revision of the cluster on, also when several came at once. Ends when the cluster no longer
 * has what happened since then: what stands there must be read again.
 */
export async function* changes(
  gateway: Gateway,
  key: string,
  fromRevision: string,
  signal: AbortSignal,
): AsyncGenerator<void, void, void> {
  const create = { create_request: { key: encode(key), start_revision: fromRevision } };
  const response = await gateway.stream("/v3/watch", create, signal);
  try {
    for await (const messages of messagesOf(response)) {
      let isChanged = false;
      for (const { result, error } of messages.map(asObject)) {
        if (error !== undefined) throw refusal(200, JSON.stringify(error));
        const { canceled, cancel_reason: reason, compact_revision: compacted, events } = asObject(result);
        if (canceled === true && compacted !== undefined) return;
        if (canceled === true) throw new Error(`the watch was ended by the server: ${String(reason)}`);
        if (asList(events).length > 0) isChanged = true;
      }
      if (isChanged) yield;
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
