// The store's own type would bring those of the client library, which do not hold under every setting of the compiler.
export { openNatsStore, type NatsStoreOptions } from "./open.ts";
