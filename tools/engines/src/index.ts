export { missing, type Engine } from "./engine.ts";
export { Proxy, type Weather } from "./proxy.ts";
export { startPostgres } from "./postgres.ts";
