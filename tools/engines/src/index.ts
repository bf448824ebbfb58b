export { missing, type Engine } from "./engine.ts";
export { startEtcd, startEtcdCluster, type EtcdEngine, type EtcdOptions } from "./etcd.ts";
export { startNats, startNatsCluster, type NatsEngine, type NatsOptions } from "./nats.ts";
export { Proxy, type Weather } from "./proxy.ts";
export { startPostgres, startPostgresStandby, type PostgresOptions } from "./postgres.ts";
export { startRedis, type RedisEngine, type RedisOptions } from "./redis.ts";
