// Required before the program: says on stderr, when it ends, which of its files were loaded.
const { basename, dirname } = require("node:path");
const { writeSync } = require("node:fs");

process.on("exit", () => {
  const own = Object.keys(require.cache).filter((path) => basename(dirname(path)) === "dist");
  writeSync(2, `loaded ${JSON.stringify(own)}\n`);
});
