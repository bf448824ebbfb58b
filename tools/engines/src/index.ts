export { missing, type Engine } from "./engine.ts";
export { startPostgres } from "./postgres.ts";
