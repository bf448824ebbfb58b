import type { LeaseStore } from "@tenure/core";
import { startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { openEtcdStore } from "@tenure/store-etcd";
import { openNatsStore } from "@tenure/store-nats";
import { openPostgresStore } from "@tenure/store-postgres";
import { openRedisStore } from "@tenure/store-redis";

/** A kind of server that keeps leases. */
export interface Subject {
  readonly name: string;
  readonly start: () => Promise<Engine | null>;
  readonly open: (url: string) => Promise<LeaseStore>;
}

export const subjects: readonly Subject[] = [
  { name: "PostgreSQL", start: startPostgres, open: (url) => openPostgresStore({ url }) },
  { name: "etcd", start: startEtcd, open: (url) => openEtcdStore({ url }) },
  { name: "NATS", start: startNats, open: (url) => openNatsStore({ url }) },
  { name: "Redis", start: startRedis, open: (url) => openRedisStore({ url }) },
];
