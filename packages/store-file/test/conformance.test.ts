import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeBrokenStores, describeLeaseStore, type StoreSubject } from "@tenure/core/testing";
import { describe, it } from "vitest";
import { openFileStore } from "../src/index.ts";

const subject: StoreSubject = {
  name: "a file store",
  supports: ["loseRecord", "vigil"],
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), "tenure-store-"));
    const directory = join(folder, "state");
    return {
      connect: () => openFileStore({ directory, floorDirectory: join(folder, "floor") }),
      loseRecord: async (name) => {
        for (const file of readdirSync(directory))
          if (file.startsWith(`${name}.journal.`)) rmSync(join(directory, file));
      },
      dispose: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
describeLeaseStore(subject, { describe, it });
describeBrokenStores(subject, { describe, it });
