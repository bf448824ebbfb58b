export { orchestratorAdoption, type Adoption } from "./adoption.ts";
export { writtenAt } from "./locate.ts";
export { readForeignLease, type ForeignLease } from "./read.ts";
export { editForeignLease, type ForeignLeaseEdit } from "./edit.ts";
export {
  isWaitedOut,
  observeForeignLease,
  type Difference,
  type DifferenceKind,
  type ForeignObservation,
  type ForeignWatch,
} from "./observe.ts";
export { AdoptedStore, type AdoptedStoreOptions } from "./keep/adopted-store.ts";
export type { FileLook, ForeignFile } from "./keep/foreign-file.ts";
export { KeptFile, type AdoptedLease, type ForeignWritePolicy, type KeptFileOptions } from "./keep/kept-file.ts";
export { isOwnWrite } from "./keep/own-writes.ts";
