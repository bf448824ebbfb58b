import { startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { Pool } from "pg";
import { etcdCluster, natsCluster, type Cluster } from "./cluster.ts";

/** A kind of server that histories are recorded on. */
export interface Subject {
  readonly name: string;
  readonly start: () => Promise<Engine | Cluster | null>;
  /** Ends the connections of tenure at the server. Where a server does that only with itself, it is started again. */
  readonly terminate: (server: Engine) => Promise<void>;
}

export const subjects: Readonly<Record<string, Subject>> = {
  postgres: { name: "PostgreSQL", start: startPostgres, terminate: terminateBackends },
  etcd: { name: "etcd", start: startEtcd, terminate: (server) => server.restart() },
  nats: { name: "NATS", start: startNats, terminate: (server) => server.restart() },
  "etcd-cluster": { name: "etcd", start: etcdCluster, terminate: restartOne },
  "nats-cluster": { name: "NATS", start: natsCluster, terminate: restartOne },
  redis: { name: "Redis", start: startRedis, terminate: (server) => server.restart() },
};

/** The first member, whether or not it leads. */
async function restartOne(server: Engine | Cluster): Promise<void> {
  await ("members" in server ? server.members[0] : server)?.restart();
}

async function terminateBackends({ url }: Engine): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  pool.on("error", () => {});
  await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tenure'");
  await pool.end();
}
