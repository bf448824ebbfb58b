export { EtcdStore } from "./etcd-store.ts";
export { openEtcdStore, type EtcdStoreOptions } from "./open.ts";
