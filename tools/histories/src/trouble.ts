import { setTimeout } from "node:timers/promises";
import type { Engine, Proxy, Weather } from "@tenure/engines";

/** Each process reaches the server by a network of its own. */
export interface Scene {
  readonly server: Engine;
  readonly networks: readonly Proxy[];
  /** Ends every connection at the server. */
  readonly terminate: () => Promise<void>;
  /** Of a cluster; absent where there is but one server. */
  readonly changeLeader?: (() => Promise<void>) | undefined;
}

export type Trouble = readonly [name: string, happen: (scene: Scene, turn: number) => Promise<void>];

const LASTS_MS = 400;

/** What happens to a server and to the way there. Each comes, and is over. */
export function troublesOf({ changeLeader }: Scene): readonly Trouble[] {
  const ofClusters: readonly Trouble[] =
    changeLeader === undefined ? [] : [["another member leads", async () => await changeLeader()]];
  return [...Object.entries(troubles), ...ofClusters];
}

const troubles: Readonly<Record<string, Trouble[1]>> = {
  "server killed and started again": async ({ server }) => {
    await server.crash();
    await server.restart();
  },
  "connections ended by the server": async ({ terminate }) => await terminate(),
  "connections recycled on the way": async ({ networks }) => networks.forEach((network) => network.cut()),
  "requests lost": async (scene, turn) => await lasts(networkOf(scene, turn), "drops requests"),
  "replies lost after the commit": async ({ networks }) =>
    void (await Promise.all(networks.map((network) => lasts(network, "drops replies")))),
  partition: async (scene, turn) => await lasts(networkOf(scene, turn), "drops everything", 3 * LASTS_MS),
  "latency of 3 s": async (scene, turn) => await lasts(networkOf(scene, turn), { delayMs: 3_000 }, 2 * LASTS_MS),
};

function networkOf({ networks }: Scene, turn: number): Proxy {
  const network = networks[turn % networks.length];
  if (network === undefined) throw new Error("there is no network");
  return network;
}

async function lasts(network: Proxy, weather: Weather, forMs: number = LASTS_MS): Promise<void> {
  network.weather = weather;
  await setTimeout(forMs);
  network.weather = "fair";
}
