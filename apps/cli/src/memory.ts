import { setFlagsFromString } from "node:v8";

/**
 * For a verb that lives long and does little, before it is loaded. V8's compilers take 4 MB, most of it pages of Node itself, which then
 * stay resident; code that runs every few seconds gains nothing by them.
 */
export function spareMemory(): void {
  for (const compiler of ["opt", "maglev", "sparkplug"]) setFlagsFromString(`--no-${compiler}`);
}
