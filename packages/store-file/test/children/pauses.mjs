// Claims a lease and is stopped right before its line is written: pauses.mjs FOLDERS NAME
import { openFileStore, systemFiles } from "@tenure/store-file";
import { event, record, say } from "./kit.mjs";

const [folders = "{}", name = ""] = process.argv.slice(2);
const appendNow = (fd, bytes) => {
  if (!bytes.includes('"intended"')) {
    say({ ready: true });
    process.kill(process.pid, "SIGSTOP");
  }
  return systemFiles.appendNow(fd, bytes);
};
const store = await openFileStore({ ...JSON.parse(folders), fileSystem: { ...systemFiles, appendNow } });
const before = await store.read(name);
const next = record(name, before.epochFloor + 1);
const swapped = await store.compareAndSwap(before, next, event("lease.acquired", next), { durable: true });
say({ outcome: swapped.outcome });
await store.close();
