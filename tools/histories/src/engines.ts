import { startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { Pool } from "pg";
import { etcdCluster, natsCluster, type Cluster } from "./cluster.ts";

/** A kind of server that histories are recorded on. */
export interface Subject {
  readonly name: string;
  readonly start: () => Promise<Engine | Cluster | null>;
  /** Ends the connections of tenure at the server. Where a server does that only with itself, it is started again. */
  readonly terminate: (server: Engine) => Promise<void>;
  /** Whether each lease is one register there. Default: true. */
  readonly isRegister?: boolean;
}

export const subjects: Readonly<Record<string, Subject>> = {
  postgres: { name: "PostgreSQL", start: startPostgres, terminate: terminateBackends },
  etcd: { name: "etcd", start: startEtcd, terminate: (server) => server.restart() },
  nats: { name: "NATS", start: startNats, terminate: (server) => server.restart() },
  "etcd-cluster": { name: "etcd cluster", start: etcdCluster, terminate: restartOne },
  // Where it let in a write that counts for nobody, it refuses others that expected what stood, and a record may have to be waited out.
  "nats-cluster": { name: "NATS cluster", start: natsCluster, terminate: restartOne, isRegister: false },
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
