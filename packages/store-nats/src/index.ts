export { NatsStore } from "./nats-store.ts";
export { openNatsStore, type NatsStoreOptions } from "./open.ts";
