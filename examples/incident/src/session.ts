// The orchestrator: a session that does its work, signs the book at its beginning and its end, and exits with 0. Under `tenure run` that
// is all. With `--lease FILE` it keeps a lease by itself, the way the old system did.
import { LeaseInFile } from "./old/lease-in-file.ts";
import { isRepaired } from "./old/repair.ts";
import { beatMs, sessionMs } from "./scale.ts";
import { SessionBook } from "./session-book.ts";

const [bookPath = "", option, leasePath] = process.argv.slice(2);
const book = new SessionBook(bookPath);
const lease = option === "--lease" && leasePath !== undefined ? new LeaseInFile(leasePath) : null;
// Two identities of one process: the lease knows the first, and whoever signs off at the end is the second.
const [leader, agent] = [`leader-${process.pid}`, `agent-${process.pid}`];

lease?.acquire(leader);
book.sign("begins");
const renewing = lease === null ? undefined : setInterval(() => lease.renew(leader), beatMs);
setTimeout(
  () => {
    clearInterval(renewing);
    lease?.release(isRepaired("release") ? leader : agent);
    book.sign("ends");
  },
  sessionMs(book.begun - 1),
);
