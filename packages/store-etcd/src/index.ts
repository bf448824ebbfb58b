export { openEtcdStore, type EtcdStoreOptions } from "./open.ts";
