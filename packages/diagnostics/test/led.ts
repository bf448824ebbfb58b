import { history, terms, TERM_S, type World } from "./world.ts";

/** When the third leader takes over, in seconds. */
export const end: number = 2 * TERM_S;

/** A third leader, who takes over at `end` and keeps the lease on its beat until then. */
export function led(untilS: number, world: World = history(terms(2))): World {
  world.says(end, "duty taken by third term 3");
  for (let at = 20; at <= untilS; at += 20) world.says(end + at, "duty kept by third term 3");
  return world;
}
