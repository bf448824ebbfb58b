export { missing, type Engine } from "./engine.ts";
export { startPostgres, type PostgresOptions } from "./postgres.ts";
