// Leads with a new epoch, `count` times, and says each once it is acknowledged: leads.mjs '{"directory", "floorDirectory", …}' NAME COUNT [USER]
import { openFileStore } from "@tenure/store-file";
import { lead, say } from "./kit.mjs";

const [options = "{}", name = "", count = "0", user] = process.argv.slice(2);
if (user !== undefined) {
  // Only now, since that user may not be able to read the clone.
  process.setgroups([]);
  process.setgid(Number(user));
  process.setuid(Number(user));
}
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
