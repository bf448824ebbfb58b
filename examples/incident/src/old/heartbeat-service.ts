// The old heartbeat service: renews for the first orchestrator in the registry, who has been dead for two days, and logs success.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { beatMs } from "../scale.ts";
import { LeaseInFile } from "./lease-in-file.ts";
import { isRepaired } from "./repair.ts";

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
  const renewed = isRepaired("renew-whoever-leads") ? (lease.state.leaderId ?? first.id) : first.id;
  const isRenewed = lease.renew(renewed);
  // What makes the dead one look alive, and so stay the first.
  const fresh = rows.map((row) => (row === first ? { ...row, lastHeartbeatMs: Date.now() } : row));
  writeFileSync(registryPath, JSON.stringify(fresh));
  if (!isRenewed && isRepaired("success-told-true")) return;
  appendFileSync(logPath, `${JSON.stringify({ renewed, told: "success", changed: isRenewed })}\n`);
}, beatMs);
