import { fileURLToPath } from "node:url";

// What tools/chaos has in common with histories on servers: who leads in turn and records it, and who judges; builds of other versions.
export { judge, type Judgement } from "./judge.ts";
export { makeOtherBuild } from "./other-build.ts";
export { sorted, type Recorded, type Seen } from "./recorder.ts";
export { impossible, violating } from "./spoilt.ts";
export type { WorkerOptions } from "./worker.ts";

/** One of those who lead in turn, to be started as a process of its own with its options as JSON, and a channel to its parent. */
export const WORKER: string = fileURLToPath(new URL("../dist/worker.js", import.meta.url));
