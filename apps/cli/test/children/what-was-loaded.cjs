// Required before the program: says on stderr, when it ends, which of its files were loaded.
const path = require("node:path");
const { writeSync } = require("node:fs");

process.on("exit", () => {
  const own = Object.keys(require.cache).filter((file) => path.basename(path.dirname(file)) === "dist");
  writeSync(2, `loaded ${JSON.stringify(own)}\n`);
});
