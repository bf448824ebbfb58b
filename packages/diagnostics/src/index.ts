export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export { markdownOf } from "./markdown.ts";
export type { Source } from "./source.ts";
