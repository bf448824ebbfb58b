// What is done without tenure: a JSON file that is read, raised and written with write-file-atomic, locked meanwhile or not:
// file.mjs DIRECTORY HOLDER lock|""
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import writeFileAtomic from "write-file-atomic";

const [directory = ".", holder = "", locking = ""] = process.argv.slice(2);
const path = join(directory, "jobs.json");
const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`);
// The shortest that it allows, and a try every few milliseconds.
const options = { stale: 2_000, realpath: false, retries: { retries: 5_000, factor: 1, minTimeout: 2, maxTimeout: 8 } };

function read() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return { epoch: 0 };
  }
}

try {
  for (;;) {
    const unlock = locking ? await lockfile.lock(path, options) : async () => {};
    const epoch = read().epoch + 1;
    await writeFileAtomic(path, JSON.stringify({ epoch, holder, renewals: 0 }));
    say({ did: "acquired", epoch, holder });
    await writeFileAtomic(path, JSON.stringify({ epoch, holder, renewals: 1 }));
    say({ did: "renewed", epoch, holder });
    await writeFileAtomic(path, JSON.stringify({ epoch, holder: null, renewals: 1 }));
    await unlock();
    say({ did: "released", epoch, holder });
  }
} catch (error) {
  if (error instanceof SyntaxError) writeFileSync(2, `${holder}: ${error.message}\n`);
  say({ did: "failed", code: error.code, message: error.message });
}
