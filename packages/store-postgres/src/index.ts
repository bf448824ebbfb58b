export { ddl } from "./ddl.ts";
export { postgresFence, type PostgresFenceOptions } from "./fence.ts";
export { FENCED_SQLSTATE, fenceTrigger, type FenceTriggerOptions } from "./fence-ddl.ts";
export { openPostgresStore, type PostgresStoreOptions } from "./open.ts";
