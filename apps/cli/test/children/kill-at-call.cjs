// Preloaded: kills this process (-9) before the Nth call that would change a file.
const fs = require("node:fs");

let left = Number(process.env.KILL_AT_CALL);
for (const name of [
  "writeSync",
  "writeFileSync",
  "renameSync",
  "rmSync",
  "unlinkSync",
  "linkSync",
  "fsyncSync",
  "fdatasyncSync",
]) {
  const real = fs[name];
  fs[name] = (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return real(...args);
  };
}
