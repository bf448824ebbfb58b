export { redisFence, type RedisFenceOptions } from "./fence.ts";
export { openRedisStore, type RedisStoreOptions } from "./open.ts";
