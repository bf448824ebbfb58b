export { orchestratorAdoption, type Adoption } from "./adoption.ts";
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
