export { ddl } from "./ddl.ts";
export { openPostgresStore, type PostgresStoreOptions } from "./open.ts";
export { PostgresStore } from "./postgres-store.ts";
