// The command that is led: `work <book> <log>`. It signs the book when it begins, writes a log five times a second, and opens that anew on SIGHUP.
import { appendFileSync, closeSync, openSync, writeSync } from "node:fs";

const [book = "", log = ""] = process.argv.slice(2);
const epoch = process.env["LEASE_EPOCH"] ?? "";
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

appendFileSync(book, `${epoch} ${nowMs()}\n`);
let descriptor = openSync(log, "a");
setInterval(() => writeSync(descriptor, `${epoch} ${nowMs()}\n`), 200);
process.on("SIGHUP", () => {
  closeSync(descriptor);
  descriptor = openSync(log, "a");
});
process.on("SIGTERM", () => process.exit(0));
