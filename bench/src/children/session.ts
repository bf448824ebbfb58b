// A command that works for a moment: `session <book> [ms]`. It writes down when it begins and when it ends, and ends well; without a time it stays.
import { appendFileSync, existsSync } from "node:fs";
import { nowMs } from "../clock.ts";

const [book = "", forMs] = process.argv.slice(2);

const sign = (what: "begins" | "ends"): void => appendFileSync(book, `${what} ${nowMs()}\n`);
sign("begins");
// The book may be gone by then, when nobody wants to know any more.
setTimeout(() => existsSync(book) && sign("ends"), Number(forMs ?? 2 ** 30));
