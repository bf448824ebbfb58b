import type { LeaseStore } from "@tenure/core";
import { missing, Proxy, startEtcd, type EtcdEngine } from "@tenure/engines";
import { afterAll, onTestFinished } from "vitest";
import { addressOf } from "../src/address.ts";
import { Gateway } from "../src/gateway.ts";
import { openEtcdStore, type EtcdStoreOptions } from "../src/index.ts";
import { encode, rangeBody } from "../src/txn.ts";

let prefixes = 0;

/** One server for all tests of a file; `skipped` says why where there is none. */
export const server: EtcdEngine | null = await startEtcd();
export const skipped: string | null = server === null ? missing("etcd") : null;
afterAll(() => server?.stop());

/** Keys that no other test knows. */
export function freshPrefix(): string {
  prefixes += 1;
  return `tenure-${process.pid}-${prefixes}/`;
}

export async function openStore(options: Partial<EtcdStoreOptions> = {}): Promise<LeaseStore> {
  const store = await openEtcdStore({ url: server?.url ?? "", ...options });
  onTestFinished(() => store.close());
  return store;
}

/** The network between a client and the server. */
export async function proxied(): Promise<Proxy> {
  if (server === null) throw new Error(missing("etcd"));
  const proxy = await Proxy.before(server);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** An operator at the server, behind the store's back. */
export class Operator {
  readonly #gateway: Gateway;

  constructor(url: string = server?.url ?? "") {
    this.#gateway = new Gateway(addressOf(url));
  }

  async put(key: string, value: string): Promise<void> {
    await this.ask("/v3/kv/put", { key: encode(key), value: encode(value) });
  }

  async remove(key: string): Promise<void> {
    await this.ask("/v3/kv/deleterange", rangeBody({ key }));
  }

  async removeAll(prefix: string): Promise<void> {
    await this.ask("/v3/kv/deleterange", rangeBody({ key: prefix, rangeEnd: `${prefix.slice(0, -1)}0` }));
  }

  async get(key: string): Promise<string> {
    const { kvs } = (await this.ask("/v3/kv/range", rangeBody({ key }))) as { kvs?: { value: string }[] };
    return Buffer.from(kvs?.[0]?.value ?? "", "base64").toString("utf8");
  }

  /** Runs a command of `etcdctl put` as an error told it. */
  async runPut(command: string): Promise<void> {
    const { key, value } = /etcdctl put (?<key>\S+) '(?<value>[^']+)'/u.exec(command)?.groups ?? {};
    await this.put(key ?? "", value ?? "");
  }

  async revision(): Promise<string> {
    const { header } = (await this.ask("/v3/kv/range", rangeBody({ key: "none" }))) as { header: { revision: string } };
    return header.revision;
  }

  async ask(path: string, body: object): Promise<unknown> {
    return await this.#gateway.call(path, body, { isRepeatable: true });
  }

  close(): void {
    this.#gateway.close();
  }
}

export function operator(): Operator {
  const made = new Operator();
  onTestFinished(() => made.close());
  return made;
}
