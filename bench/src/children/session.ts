// A command that works for a moment: `session <book> [ms]`. It writes down when it begins and when it ends, and ends well; without a time it stays.
import { appendFileSync } from "node:fs";
import { nowMs } from "../clock.ts";

const [book = "", forMs] = process.argv.slice(2);

const sign = (what: "begins" | "ends"): void => appendFileSync(book, `${what} ${nowMs()}\n`);
sign("begins");
setTimeout(() => sign("ends"), Number(forMs ?? 2 ** 30));
