import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createLeaseClient } from "@tenure/core";
import type { LeaseClient } from "@tenure/core";
import { thisHost } from "@tenure/host";
import { describe, expect, test } from "vitest";
import { encodeLine } from "../src/line.ts";
import { open, temporaryFolders } from "./support.ts";
import type { Folders } from "./support.ts";

const NAME = "orders";

/** As every program does it: core's own rules over the real store. */
async function clientOn(folders: Folders, bootId?: string): Promise<LeaseClient> {
  const store = await open({ ...folders, ...(bootId !== undefined && { bootId }) });
  return createLeaseClient({ store, ...thisHost() });
}

describe("the client leads over whatever epochs the floor has used up", () => {
  test("after another boot, above all that the last one had reserved", async () => {
    const folders = temporaryFolders();
    await (await (await clientOn(folders, "boot-1")).acquire(NAME)).release();
    const lease = await (await clientOn(folders, "boot-2")).tryAcquire(NAME);
    expect(lease?.epoch).toBe(65);
  });

  test("after a candidate that was killed between its intent and its line", async () => {
    const folders = temporaryFolders();
    await (await (await clientOn(folders)).acquire(NAME)).release();
    const block = readdirSync(folders.floorDirectory).find((file) => file.startsWith(`${NAME}.floor.`)) ?? "";
    appendFileSync(join(folders.floorDirectory, block), `\n${encodeLine({ intended: 2, waitMs: 15_000 }).text}`);
    const lease = await (await clientOn(folders)).tryAcquire(NAME);
    expect(lease?.epoch).toBe(3);
  });
});
