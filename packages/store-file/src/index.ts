export { FileStore } from "./file-store.ts";
export { openFileStore, type FileStoreOptions } from "./open-file-store.ts";
export type { FileFacts, FileSystem } from "./file-system.ts";
export type { JournalReport } from "./verify.ts";
export { fileSightings } from "./sightings.ts";
export { listStatusTails, readStatusTail, type StatusTail } from "./status-tail.ts";
