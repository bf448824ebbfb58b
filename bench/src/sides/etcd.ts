import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { startEtcd } from "@tenure/engines";
import { openEtcdStore } from "@tenure/store-etcd";
import { nowMs } from "../clock.ts";
import { RECORD, type EngineSide, type RawNews, type RawRows } from "../engine.ts";

/** As many as tenure has for itself. */
const CONNECTIONS = 4;

export const etcdSide: EngineSide = {
  id: "etcd",
  name: "etcd",
  news: "raw watch",
  start: startEtcd,
  open: (url) => openEtcdStore({ url }),
  rows: (url) => Promise.resolve(openRows(new Server(url))),
  telling: (url) => openNews(new Server(url)),
};

/** The JSON gateway, asked by Node's own client. */
class Server {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  constructor(url: string) {
    this.#url = url.replace("etcd:", "http:");
  }

  async ask(path: string, body: object): Promise<IncomingMessage> {
    const asked = request(new URL(path, this.#url), { method: "POST", agent: this.#agent }).end(JSON.stringify(body));
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer;
  }

  close(): Promise<void> {
    this.#agent.destroy();
    return Promise.resolve();
  }
}

function openRows(server: Server): RawRows {
  const revisions = new Map<string, string>();
  return {
    update: async (name) => {
      const key = encode(`raw/${name}`);
      const compare = [{ key, target: "MOD", mod_revision: revisions.get(name) ?? "0" }];
      const success = [{ request_put: { key, value: encode(RECORD) } }];
      const told = (await json(await server.ask("/v3/kv/txn", { compare, success }))) as Told;
      if (told.succeeded !== true) throw new Error(`${name} is not what it was`);
      revisions.set(name, told.header.revision);
    },
    close: () => server.close(),
  };
}

interface Told {
  readonly header: { readonly revision: string };
  readonly succeeded?: boolean;
}

async function openNews(server: Server): Promise<RawNews> {
  const key = encode("raw/news");
  const watch = await server.ask("/v3/watch", { create_request: { key } });
  await once(watch, "data");
  return {
    tell: async () => void (await json(await server.ask("/v3/kv/put", { key, value: "" }))),
    heard: () => new Promise((resolve) => watch.once("data", () => resolve(nowMs()))),
    close: async () => {
      watch.destroy();
      await server.close();
    },
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
