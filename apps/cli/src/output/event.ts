import type { LeaseEvent } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";

/** One event as one line: `12:05:09Z lease.jeopardy "orders" epoch 7: the store does not answer`. */
export function eventInWords({ time, type, name, epoch, remark }: LeaseEvent): string {
  const clock = /T(.{8})/u.exec(time)?.[1] ?? time;
  return `${clock}Z ${type} "${name}" epoch ${epoch}${remark === undefined ? "" : `: ${escapeForDisplay(remark)}`}`;
}
