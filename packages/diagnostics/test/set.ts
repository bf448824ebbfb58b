import { World } from "./world.ts";

/** Lines that tell what was set. */
export function set(settings: Readonly<Record<string, string>>): World {
  const world = new World();
  for (const [label, value] of Object.entries(settings)) world.says(1, `set ${label} to ${value}`);
  return world;
}

export const healthy = { leaseDuration: "15 s", renewDeadline: "10 s", renewInterval: "2 s", jitterFactor: "1.2" };
