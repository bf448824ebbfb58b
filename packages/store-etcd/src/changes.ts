import type { IncomingMessage } from "node:http";
import { refusal, type Gateway } from "./gateway.ts";
import type { Range } from "./keys.ts";
import { asList, asNumeral, asObject, rangeBody, readKeyValue, type KeyValue } from "./txn.ts";

/** Of one message; a change carries the record that it left. */
const MESSAGE_LENGTH_MAX = 4 * 1024 * 1024;

/** What one revision of the cluster did to some keys. */
export interface Change {
  readonly cluster: string;
  readonly revision: bigint;
  /** What was put. Empty also where something was deleted. */
  readonly put: readonly KeyValue[];
}

/**
 * Yields the last change of some keys, from one revision of the cluster on, once for several that came at once. Ends when the cluster no
 * longer has what happened since then: what stands there must be read again.
 */
export async function* changes(
  gateway: Gateway,
  range: Range,
  fromRevision: bigint,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const create = { create_request: { ...rangeBody(range), start_revision: String(fromRevision) } };
  const response = await gateway.stream("/v3/watch", create, signal);
  try {
    for await (const messages of messagesOf(response)) {
      let last: Change | null = null;
      for (const { result, error } of messages.map(asObject)) {
        if (error !== undefined) throw refusal(200, JSON.stringify(error));
        const { canceled, cancel_reason: reason, compact_revision: compacted, events, header } = asObject(result);
        if (canceled === true && compacted !== undefined) return;
        if (canceled === true) throw new Error(`the watch was ended by the server: ${String(reason)}`);
        last = lastChange(asList(events), asNumeral(asObject(header)["cluster_id"])) ?? last;
      }
      if (last !== null) yield last;
    }
    throw new Error("the watch ended");
  } finally {
    response.destroy();
  }
}

/** They come in the order of their revisions. */
function lastChange(events: readonly unknown[], cluster: string): Change | null {
  const all = events.map((event) => {
    const { type, kv } = asObject(event);
    return { isPut: type === undefined || type === "PUT", kv: readKeyValue(kv) };
  });
  const last = all.at(-1)?.kv.modRevision;
  if (last === undefined) return null;
  const put = all.filter(({ isPut, kv }) => isPut && kv.modRevision === last).map(({ kv }) => kv);
  return { cluster, revision: BigInt(last), put };
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
