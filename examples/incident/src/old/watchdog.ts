// The old watchdog: looks at each poll whether the lease is old, starts a session if it is, and calls every end a crash.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { graceMs, leaseMs, pollMs } from "../scale.ts";
import { LeaseInFile } from "./lease-in-file.ts";
import { isRepaired } from "./repair.ts";

const [leasePath = "", bookPath = "", logPath = ""] = process.argv.slice(2);
const lease = new LeaseInFile(leasePath);
const log = (entry: object): void => appendFileSync(logPath, `${JSON.stringify(entry)}\n`);

function poll(): void {
  const { leaderId, lastHeartbeatMs } = lease.state;
  const ageMs = Date.now() - lastHeartbeatMs;
  if (leaderId !== null && ageMs <= leaseMs + graceMs) return;
  if (leaderId !== null) log({ stale: leaderId, ageMs });
  start();
}

function start(): void {
  const session = fileURLToPath(new URL("../session.js", import.meta.url));
  const child = spawn(process.execPath, [session, bookPath, "--lease", leasePath], { stdio: "inherit" });
  child.on("exit", (code) => {
    log(code === 0 && isRepaired("exit-called-right") ? { completed: code } : { crash: code });
    if (isRepaired("exit-watched")) start();
  });
}

poll();
setInterval(poll, pollMs);
