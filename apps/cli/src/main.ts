import { print } from "./output/print.ts";
import { fastStatus } from "./status/fast.ts";
import { VERSION } from "./version.ts";

/**
 * Everything but the plainest `status` and `--version` is left to the whole program, which is loaded only then: it costs more
 * than twice what Node itself needs to start.
 */
async function main(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    print(`${VERSION}\n`);
    return 0;
  }
  return fastStatus(args) ?? (await (await import("./perform.ts")).perform(args));
}

// Every output is written when it is printed, so nothing is cut off; and no handle that was forgotten keeps the command alive.
void main(process.argv.slice(2)).then((code) => process.exit(code));
