import type { World } from "./world.ts";

/** A keeper that visits somebody every 20 s. */
export function visits(world: World, who: string, from = 5, to = 900): World {
  for (let at = from; at < to; at += 20) world.says(at, `keeper visits ${who}`);
  return world;
}

/** The row of somebody who only the keeper mentions. */
export function ghost(at: number, seen: number = at): object {
  return {
    who: "old-boss",
    pid: 9,
    seen: `2026-04-02T09:${String(Math.floor(seen / 60)).padStart(2, "0")}:${String(seen % 60).padStart(2, "0")}Z`,
    since: "2026-03-30T00:00:00Z",
  };
}
