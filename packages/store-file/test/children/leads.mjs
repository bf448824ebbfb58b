// Leads with a new epoch, `count` times, and says each once it is acknowledged: leads.mjs '{"directory", "floorDirectory", …}' NAME COUNT
import { openFileStore } from "@tenure/store-file";
import { lead, say } from "./kit.mjs";

const [options = "{}", name = "", count = "0"] = process.argv.slice(2);
try {
  const store = await openFileStore(JSON.parse(options));
  say({ ready: true });
  for (let done = 0; done < Number(count); done += 1) {
    const { record } = await lead(store, name);
    say({ epoch: record.epoch, nonce: record.nonce });
  }
  await store.close();
} catch (error) {
  say({ code: error.code, message: error.message });
}
