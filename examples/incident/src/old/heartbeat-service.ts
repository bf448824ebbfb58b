// The old heartbeat service: renews for the first orchestrator in the registry, who has been dead for two days, and logs success.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { beatMs } from "../scale.ts";
import { LeaseInFile } from "./lease-in-file.ts";

interface Row {
  readonly id: string;
  readonly role: string;
  readonly lastHeartbeatMs: number;
}

const [leasePath = "", registryPath = "", logPath = ""] = process.argv.slice(2);
const lease = new LeaseInFile(leasePath);

setInterval(() => {
  const rows = JSON.parse(readFileSync(registryPath, "utf8")) as Row[];
  const first = rows.find(({ role }) => role === "orchestrator");
  if (first === undefined) return;
  const isRenewed = lease.renew(first.id);
  // What makes the dead one look alive, and so stay the first.
  const fresh = rows.map((row) => (row === first ? { ...row, lastHeartbeatMs: Date.now() } : row));
  writeFileSync(registryPath, JSON.stringify(fresh));
  appendFileSync(logPath, `${JSON.stringify({ renewed: first.id, told: "success", changed: isRenewed })}\n`);
}, beatMs);
