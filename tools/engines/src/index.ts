export { makeAuthority, type Authority, type Certificate } from "./authority.ts";
export { missing, type Engine } from "./engine.ts";
export { startEtcd, startEtcdCluster, type EtcdEngine, type EtcdOptions } from "./etcd.ts";
export { startNats, startNatsCluster, type NatsEngine, type NatsOptions } from "./nats.ts";
export { Proxy, type Weather } from "./proxy.ts";
export { startPooler, type Pooler } from "./pooler.ts";
export { startPostgres, startPostgresStandby, type PostgresOptions } from "./postgres.ts";
export { startSentinel, type Sentinel } from "./sentinel.ts";
export { startRedis, type RedisEngine, type RedisOptions } from "./redis.ts";
