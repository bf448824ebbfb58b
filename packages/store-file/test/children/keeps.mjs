// Keeps a vigil until it is killed: keeps.mjs FOLDERS NAME EPOCH
import { openFileStore } from "@tenure/store-file";
import { say } from "./kit.mjs";

const [folders = "{}", name = "", epoch = "1"] = process.argv.slice(2);
const store = await openFileStore(JSON.parse(folders));
await store.vigil.keep(name, Number(epoch));
say({ ready: true });
setInterval(() => {}, 60_000);
