import { once } from "node:events";
import { connect as connectTo, createServer, type AddressInfo, type Socket } from "node:net";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import type { LeaseStore } from "@tenure/core";
import { missing, Proxy, startNats, type NatsEngine, type NatsOptions } from "@tenure/engines";
import { afterAll, onTestFinished } from "vitest";
import { openNatsStore, type NatsStoreOptions } from "../src/index.ts";

let buckets = 0;

/** One server for all tests of a file; `skipped` says why where there is none. */
export const server: NatsEngine | null = await startNats();
export const skipped: string | null = server === null ? missing("NATS") : null;
afterAll(() => server?.stop());

/** A bucket that no other test knows. */
export function freshBucket(): string {
  buckets += 1;
  return `tenure-${process.pid}-${buckets}`;
}

export function urlOf(bucket: string, at: { readonly url: string } | null = server): string {
  return `${at?.url}?bucket=${bucket}`;
}

export async function openStore(options: Partial<NatsStoreOptions> = {}): Promise<LeaseStore> {
  const store = await openNatsStore({ url: urlOf(freshBucket()), ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A server of the test's own, to be broken. */
export async function ownServer(options: NatsOptions = {}): Promise<NatsEngine> {
  const own = await startNats(options);
  if (own === null) throw new Error(missing("NATS"));
  onTestFinished(() => own.stop());
  return own;
}

/** The network between a client and a server. */
export async function proxied(target: NatsEngine | null = server): Promise<Proxy> {
  if (target === null) throw new Error(missing("NATS"));
  const proxy = await Proxy.before(target);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A server as a newer one is in a cluster: while another write of a subject is in process, it refuses one by another code. */
export interface Busy {
  readonly url: string;
  /** How many refusals from now on are told as a newer server tells them. */
  times: number;
  /** What comes before a store is named by way of it. */
  naming: () => Promise<void>;
}

export async function busy(target: NatsEngine | null = server): Promise<Busy> {
  const sockets = new Set<Socket>();
  const before = createServer((client) => {
    const upstream = connectTo(target?.port ?? 0, "127.0.0.1");
    const pass = async (data: Buffer): Promise<void> => {
      if (/PUB \$KV\.\S+=store /u.test(data.toString("latin1"))) await held.naming();
      upstream.write(data);
    };
    client.on("data", (data) => void pass(data));
    upstream.on("data", (data) => {
      const told = data.toString("latin1").replaceAll('"err_code":10071', (code) => {
        held.times -= 1;
        return held.times < 0 ? code : '"err_code":10164';
      });
      client.write(Buffer.from(told, "latin1"));
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => [client, upstream].forEach((each) => each.destroy()));
    }
  }).listen(0, "127.0.0.1");
  await once(before, "listening");
  const url = `nats://127.0.0.1:${(before.address() as AddressInfo).port}`;
  const held: Busy = { url, times: 0, naming: () => Promise.resolve() };
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    before.close();
  });
  return held;
}

/** An operator at a server with the tools of NATS, behind the store's back. */
export class Operator {
  readonly manager: JetStreamManager;
  readonly #bucket: string;

  private constructor(manager: JetStreamManager, bucket: string) {
    this.manager = manager;
    this.#bucket = bucket;
  }

  static async at(
    bucket: string,
    at: NatsEngine | null = server,
  ): Promise<{ operator: Operator; leave: () => Promise<void> }> {
    const connection = await connect({ servers: `127.0.0.1:${at?.port}` });
    const operator = new Operator(await jetstreamManager(connection), bucket);
    return { operator, leave: () => connection.close() };
  }

  get stream(): string {
    return `KV_${this.#bucket}`;
  }

  /** As `nats kv put`. */
  async put(key: string, value: string): Promise<void> {
    await this.manager.jetstream().publish(`$KV.${this.#bucket}.${key}`, value);
  }

  /** As `nats kv get`. */
  async get(key: string): Promise<string> {
    const found = await this.manager.streams.getMessage(this.stream, { last_by_subj: `$KV.${this.#bucket}.${key}` });
    return found?.string() ?? "";
  }

  /** As `nats kv del`. */
  async remove(key: string): Promise<void> {
    const marker = headers();
    marker.set("KV-Operation", "DEL");
    await this.manager.jetstream().publish(`$KV.${this.#bucket}.${key}`, "", { headers: marker });
  }

  /** Runs a command of `nats kv put` as an error told it. */
  async runPut(command: string): Promise<void> {
    const { key, value } = /nats kv put \S+ (?<key>\S+) '(?<value>[^']+)'/u.exec(command)?.groups ?? {};
    await this.put(key ?? "", value ?? "");
  }
}

export async function operator(bucket: string, at: NatsEngine | null = server): Promise<Operator> {
  const { operator: made, leave } = await Operator.at(bucket, at);
  onTestFinished(leave);
  return made;
}
