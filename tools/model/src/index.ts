import { sizes } from "./bounds.ts";
import { explore } from "./explore.ts";
const size = (process.argv[2] ?? "full") as "small" | "full";
const began = performance.now();
const bounds = { ...sizes[size], ...(JSON.parse(process.argv[3] ?? "{}") as object) };
const r = explore(bounds);
console.log(r, performance.now() - began, process.memoryUsage().rss / 1e6);
if (r.counterexample) console.log(r.counterexample.lines.join("\n"));
