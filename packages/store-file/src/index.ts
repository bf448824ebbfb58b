export { FileFence, fileFence, type FencedEntry, type FileFenceOptions } from "./file-fence.ts";
export { FileStore } from "./file-store.ts";
export { openFileStore, type FileStoreOptions } from "./open-file-store.ts";
export { systemFiles, type FileFacts, type FileSystem } from "./file-system.ts";
export type { JournalReport } from "./verify.ts";
export { fileSightings } from "./sightings.ts";
export type { DirectoryChanges, MirrorWriter, StoreVigil, Surroundings } from "./surroundings.ts";
export { listStatusTails, readStatusTail } from "./status-tail.ts";
export { fileStoreGuarantees } from "./guarantees.ts";
