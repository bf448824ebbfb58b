export { openNatsStore, type NatsStoreOptions } from "./open.ts";
