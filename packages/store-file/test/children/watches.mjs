// Watches until somebody leads, says what it sees, and ends by itself without closing anything: watches.mjs FOLDERS NAME
import { openFileStore } from "@tenure/store-file";
import { say } from "./kit.mjs";

const [folders = "{}", name = ""] = process.argv.slice(2);
const store = await openFileStore(JSON.parse(folders));
for await (const { record } of store.watch(name, { signal: new AbortController().signal })) {
  say({ epoch: record?.epoch ?? null });
  if (record !== null) break;
}
