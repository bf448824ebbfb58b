// The old heartbeat service, run in the folder of its files: renews for the first orchestrator in the registry, who has been dead for two days, and
// logs success. Its one argument is where its number is kept, whatever word that is; and only the service of that very file is looked for.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { beatMs } from "../scale.ts";
import { LeaseInFile } from "./lease-in-file.ts";
import { isRepaired } from "./repair.ts";

interface Row {
  readonly id: string;
  readonly role: string;
  readonly lastHeartbeatMs: number;
}

const [pidPath = "heartbeat.pid"] = process.argv.slice(2);
const lease = new LeaseInFile("state.json");
const registryPath = "registry.json";

if (isRunning()) throw new Error(`already running: ${pidPath}`);
writeFileSync(pidPath, String(process.pid));

setInterval(() => {
  const rows = JSON.parse(readFileSync(registryPath, "utf8")) as Row[];
  const first = rows.find(({ role }) => role === "orchestrator");
  if (first === undefined) return;
  const renewed = isRepaired("renew-whoever-leads") ? (lease.state.leaderId ?? first.id) : first.id;
  const isRenewed = lease.renew(renewed);
  // What makes the dead one look alive, and so stay the first.
  const fresh = rows.map((row) => (row === first ? { ...row, lastHeartbeatMs: Date.now() } : row));
  writeFileSync(registryPath, JSON.stringify(fresh));
  if (!isRenewed && isRepaired("success-told-true")) return;
  const told = { time: new Date().toISOString(), by: process.pid, renewed, told: "success", changed: isRenewed };
  appendFileSync("heartbeat.log", `${JSON.stringify(told)}\n`);
}, beatMs);

function isRunning(): boolean {
  if (!existsSync(pidPath)) return false;
  try {
    return process.kill(Number(readFileSync(pidPath, "utf8")), 0);
  } catch {
    return false;
  }
}
