import { setTimeout } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { startEtcdCluster, startNatsCluster, type Engine } from "@tenure/engines";
import { openNatsStore } from "@tenure/store-nats";

/** Servers that form one store, each of which is somebody's way to it. What befalls it as one server befalls its leader. */
export interface Cluster extends Engine {
  readonly members: readonly Engine[];
  /** Another one leads from now on, and none has failed. */
  readonly changeLeader: () => Promise<void>;
}

const READY_MS = 30_000;
const REQUEST_MS = 2_000;
const LOOK_AGAIN_MS = 50;
const STREAM = "$JS.API.STREAM";
const BUCKET = "KV_tenure";

export async function etcdCluster(): Promise<Cluster | null> {
  const members = await startEtcdCluster();
  if (members === null) return null;
  const statuses = async (): Promise<readonly Status[]> => {
    const asked = await Promise.allSettled(members.map(async (at) => ({ at, ...(await statusOf(at)) })));
    return asked.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
  };
  const leader = async (): Promise<Engine | undefined> => (await statuses()).find(({ id, leads }) => id === leads)?.at;
  return asOne(members, leader, async (at) => {
    const other = (await statuses()).find((it) => it.at !== at);
    await maintain(at, "transfer-leadership", { targetID: other?.id });
  });
}

export async function natsCluster(): Promise<Cluster | null> {
  const started = await startNatsCluster();
  if (started === null) return null;
  const members = started.map((member) => ({ ...member, url: `${member.url}?replicas=3` }));
  // JetStream elects its leader some time after the servers answer; the first store that is opened makes the bucket.
  await until(async () => {
    const store = await openNatsStore({ url: members[0]?.url ?? "", signal: AbortSignal.timeout(REQUEST_MS) });
    await store.close();
    return true;
  });
  const leader = async (): Promise<Engine | undefined> => {
    const found = await Promise.allSettled(members.map((at) => askNats(at, `${STREAM}.INFO.${BUCKET}`)));
    const names = found.flatMap((it) => (it.status === "fulfilled" ? [(it.value as Info).cluster?.leader] : []));
    return members.find((_, at) => names.includes(`n${at}`));
  };
  return asOne(members, leader, async (at) => void (await askNats(at, `${STREAM}.LEADER.STEPDOWN.${BUCKET}`)));
}

interface Status {
  readonly at: Engine;
  readonly id: string;
  readonly leads: string | undefined;
}

interface Info {
  readonly cluster?: { readonly leader?: string };
}

function asOne(
  members: readonly Engine[],
  leaderOf: () => Promise<Engine | undefined>,
  stepDown: (leader: Engine) => Promise<void>,
): Cluster {
  const [first] = members;
  if (first === undefined) throw new Error("a cluster of no servers");
  let down: Engine | undefined;
  return {
    members,
    url: first.url,
    port: first.port,
    crash: async () => {
      down = await until(leaderOf);
      await down.crash();
    },
    restart: async () => {
      await (down ?? first).restart();
      down = undefined;
    },
    stop: async () => void (await Promise.all(members.map((member) => member.stop()))),
    changeLeader: async () => {
      const before = await until(leaderOf);
      await stepDown(before);
      await until(async () => {
        const now = await leaderOf();
        return now === before ? undefined : now;
      });
    },
  };
}

/** What is found, sooner or later. */
async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + READY_MS;
  let failure: unknown;
  while (performance.now() < end) {
    try {
      const found = await find();
      if (found !== undefined) return found;
    } catch (error) {
      failure = error;
    }
    await setTimeout(LOOK_AGAIN_MS);
  }
  throw new Error(`the cluster was not ready within ${READY_MS} ms`, { cause: failure });
}

async function statusOf(member: Engine): Promise<{ readonly id: string; readonly leads: string | undefined }> {
  const told = (await maintain(member, "status", {})) as { header: { member_id: string }; leader?: string };
  return { id: told.header.member_id, leads: told.leader };
}

async function maintain({ port }: Engine, what: string, body: object): Promise<unknown> {
  const url = `http://127.0.0.1:${port}/v3/maintenance/${what}`;
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  const told: unknown = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(told));
  return told;
}

async function askNats({ port }: Engine, subject: string): Promise<unknown> {
  const connection = await connect({ servers: `127.0.0.1:${port}`, timeout: REQUEST_MS, reconnect: false });
  try {
    return (await connection.request(subject, "", { timeout: REQUEST_MS })).json();
  } finally {
    await connection.close();
  }
}
