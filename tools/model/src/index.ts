import { sizes } from "./bounds.ts";
import { explore } from "./explore.ts";
import { mutants } from "./mutants.ts";
for (const m of mutants) { 
const began = performance.now();
for (const writes of [2,3]) {
const r = explore({...sizes.middle, writes, ...m.bounds}, m.rules as never);
console.log(m.name, writes, r.states, r.counterexample?.broke, r.counterexample?.broke === m.breaks, performance.now() - began);
if (r.counterexample) { if (writes===3 && process.argv[2]) console.log(r.counterexample.lines.join("\n")); break; }
}}
