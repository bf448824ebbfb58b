// grows.mjs DIRECTORY FLOOR: leads until its mirror is there, then writes a file that is larger than it may be.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFileStore } from "@tenure/store-file";
import { lead, say } from "./kit.mjs";

const [directory, floorDirectory] = process.argv.slice(2);
const store = await openFileStore({ directory, floorDirectory });
await lead(store, "orders");
await store.close();
try {
  writeFileSync(join(directory, "large"), Buffer.alloc(1024 * 1024));
} catch ({ code }) {
  say({ code });
}
