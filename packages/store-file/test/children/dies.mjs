// Leads and renews, and kills itself before or after the call AT that changes a file: dies.mjs FOLDERS AT before|after
import { openFileStore, systemFiles } from "@tenure/store-file";
import { lead, renew, say } from "./kit.mjs";

const [folders = "{}", at = "1", when = "before"] = process.argv.slice(2);
let made = 0;
const die = () => process.kill(process.pid, "SIGKILL");

function deadly(call) {
  return (...args) => {
    made += 1;
    if (made !== Number(at)) return call(...args);
    if (when === "before") die();
    const result = call(...args);
    if (!(result instanceof Promise)) die();
    return result.finally(die);
  };
}

// Death at a call that only looks is death after the change before it.
const looking = new Set(["open", "close", "fstat", "lstat", "read", "list", "realpath", "type"]);
const fileSystem = Object.fromEntries(
  Object.entries(systemFiles).map(([name, call]) => [name, looking.has(name) ? call : deadly(call)]),
);
const store = await openFileStore({ ...JSON.parse(folders), fileSystem });
const first = await lead(store, "orders");
say({ epoch: first.record.epoch });
const renewed = await renew(store, first);
const second = await lead(store, "orders");
say({ epoch: second.record.epoch, renewed: renewed.outcome });
await store.close();
say({ made });
