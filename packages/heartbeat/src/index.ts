export { keepAlive } from "./keep-alive.ts";
export type { EventLoopWatch, Heartbeat, HeartbeatOptions, HeartbeatState, ProcessWatch, Watch } from "./options.ts";
