import { setImmediate } from "node:timers/promises";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { expect, test } from "vitest";
import { Bucket } from "../src/bucket.ts";
import { LeaseLog, type Appended } from "../src/log.ts";
import { nowhere, textOf, type Place, type Write } from "../src/message.ts";
import type { Ask, Session } from "../src/session.ts";

const bucket = new Bucket("tenure");
const STORE = "store-1";

test("a server alone is asked together with the writes, once for all that are sent at once", async () => {
  const server = new Server({ isAlone: true });
  const log = logAt(server);
  const [orders, mail] = [await write(log, "orders", nowhere), await write(log, "mail", nowhere)];
  server.rounds = [];
  const written = await Promise.all([write(log, "orders", orders.place), write(log, "mail", mail.place)]);
  expect(written.map(({ counts }) => counts)).toEqual([true, true]);
  expect(server.rounds).toEqual([["write orders", "write mail", `get ${mail.place.seq}`]]);
});

test.for([
  ["a member of a cluster", { isAlone: false }, { isClustered: true }],
  ["a server that passes on to a cluster", { isAlone: true }, { isClustered: true }],
  ["a server that became one of a cluster", { isAlone: false }, { isClustered: false }],
] as const)("%s is asked for the place of a write after it was acknowledged", async ([, is, was]) => {
  const server = new Server(is);
  const log = logAt(server, was);
  const first = await write(log, "orders", nowhere);
  server.rounds = [];
  expect(await write(log, "orders", first.place)).toMatchObject({ counts: true });
  const { seq } = first.place;
  expect(server.rounds).toEqual([["write orders"], [`next from ${seq + 1}`, `get ${seq}`]]);
});

test("a write behind another message of the expected number does not count, and one behind what stands does", async () => {
  const server = new Server({ isAlone: true });
  const [log, other] = [logAt(server), logAt(server)];
  const first = await write(log, "orders", nowhere);
  const goBack = server.backUp();
  const lost = await write(log, "orders", first.place);
  await write(log, "mail", nowhere);
  goBack();
  const again = await write(other, "orders", first.place);
  await write(other, "mail", nowhere);
  expect(again.place.seq).toBe(lost.place.seq);
  expect(await write(log, "orders", lost.place)).toMatchObject({ counts: false });
  const standing = await log.standing("orders");
  expect(standing.write).toMatchObject({ record: { nonce: again.place.nonce } });
  expect(await write(log, "orders", standing.head)).toMatchObject({ counts: true });
});

test("the known message and one that replaces it are read in one round", async () => {
  const server = new Server({ isAlone: false });
  const [log, other] = [logAt(server), logAt(server)];
  const first = await write(other, "orders", nowhere);
  await log.standing("orders");
  const second = await write(other, "orders", first.place);
  for (let looks = 0; looks < 2; looks += 1) {
    server.rounds = [];
    expect(await log.standing("orders")).toMatchObject({ head: second.place, write: { after: first.place } });
    expect(server.rounds).toHaveLength(1);
  }
});

test("an older one that somebody puts back is not taken for what replaced the known one", async () => {
  const server = new Server({ isAlone: true });
  const [log, other] = [logAt(server), logAt(server)];
  const first = await write(other, "orders", nowhere);
  await log.standing("orders");
  const second = await write(other, "orders", first.place);
  await write(other, "orders", second.place);
  server.put("orders", server.textAt(second.place.seq));
  expect(await log.standing("orders")).toMatchObject({ head: { seq: 4 }, write: { after: second.place } });
});

function logAt(
  { session }: Server,
  { isClustered }: { readonly isClustered: boolean } = { isClustered: false },
): LeaseLog {
  return new LeaseLog({ session, bucket, storeId: STORE, isClustered });
}

async function write(
  log: LeaseLog,
  name: string,
  after: Place,
): Promise<{ readonly place: Place; readonly counts: boolean }> {
  const record = heldRecord(name, 1);
  const made: Write = { storeId: STORE, after, floor: { epoch: 1, waitMs: 0 }, event: eventFor(record), record };
  const { place, counts }: Appended = await log.append(made, textOf(made));
  return { place, counts: await counts() };
}

type Kept = Readonly<Record<"subject" | "text", string>>;

/** The log of a bucket, and what it is asked: whatever comes at once is answered at once, in order. */
class Server {
  /** What was asked at once, each time. */
  rounds: string[][] = [];
  readonly session: Session;
  #kept: readonly Kept[] = [];
  #round: string[] | null = null;

  constructor({ isAlone }: { readonly isAlone: boolean }) {
    const publish = async (subject: string, text: string, options: { expect: { lastSubjectSequence: number } }) => {
      await this.#arrives(`write ${bucket.nameOf(subject)}`);
      if (this.#last(subject) !== options.expect.lastSubjectSequence) throw new Error("wrong last sequence");
      return { seq: this.put(bucket.nameOf(subject) ?? "", text) };
    };
    const getMessage = async (_: string, query: { seq?: number; next_by_subj?: string; last_by_subj?: string }) => {
      const { seq = 0, next_by_subj: next, last_by_subj: last } = query;
      await this.#arrives(last === undefined ? `${next === undefined ? "get" : "next from"} ${seq}` : "last");
      if (last !== undefined) return this.#stored(this.#last(last));
      const after = this.#kept.findIndex(({ subject }, at) => at + 1 >= seq && subject === next);
      return this.#stored(next === undefined ? seq : after + 1);
    };
    const line = { isAlone, jetstream: { publish }, manager: { streams: { getMessage } } };
    const ask = async (request: Ask<unknown>): Promise<unknown> => await request(line as never);
    this.session = { ask } as unknown as Session;
  }

  put(name: string, text: string): number {
    this.#kept = [...this.#kept, { subject: bucket.lease(name), text }];
    return this.#kept.length;
  }

  textAt(seq: number): string {
    return this.#kept[seq - 1]?.text ?? "";
  }

  backUp(): () => void {
    const copy = this.#kept;
    return () => void (this.#kept = copy);
  }

  async #arrives(request: string): Promise<void> {
    if (this.#round === null) this.rounds.push((this.#round = []));
    this.#round.push(request);
    await setImmediate();
    this.#round = null;
  }

  #last(subject: string): number {
    return this.#kept.findLastIndex((kept) => kept.subject === subject) + 1;
  }

  #stored(seq: number): object | null {
    const kept = this.#kept[seq - 1];
    if (kept === undefined) return null;
    return { ...kept, seq, timestamp: "", header: { get: () => "" }, string: () => kept.text };
  }
}
