// Ten minutes of everything that may come over a process, on a folder or a server: `npm run chaos -- [file | postgres | etcd | redis | nats] [SECONDS]`.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  missing as whatIsMissing,
  startEtcd,
  startNats,
  startPostgres,
  startRedis,
  type Engine,
} from "@tenure/engines";
import { judge } from "@tenure/histories";
import { causeChaos } from "./chaos.ts";

const starts: Readonly<Record<string, () => Promise<Engine | null>>> = {
  postgres: startPostgres,
  etcd: startEtcd,
  redis: startRedis,
  nats: startNats,
};
const SECONDS = 600;

const [store = "file", seconds = String(SECONDS)] = process.argv.slice(2);
const start = Object.hasOwn(starts, store) ? starts[store] : undefined;
if ((store !== "file" && start === undefined) || !(Number(seconds) > 0)) {
  console.error(`usage: npm run chaos -- [file | ${Object.keys(starts).join(" | ")}] [seconds]`);
  process.exit(64);
}
const server = (await start?.()) ?? null;
if (start !== undefined && server === null) throw new Error(whatIsMissing(store));
try {
  const onTrouble = (name: string, elapsedMs: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${Math.round(elapsedMs / 1_000)} s: ${name} `);
  };
  const where = server === null ? {} : { url: server.url };
  const plan = { forMs: 1_000 * Number(seconds), members: 4, leases: 3, leaseDurationMs: 1_000, onTrouble, ...where };
  const chaos = await causeChaos(plan);
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  const judgement = judge(chaos, { refusesEarly: server === null });
  const { troubles, members, missing } = chaos;
  console.log(JSON.stringify({ store, ...judgement, troubles, members, missing }, null, 2));
  if (judgement.violations.length + judgement.rejections.length > 0) {
    const path = join(mkdtempSync(join(tmpdir(), "tenure-chaos-history-")), "history.json");
    writeFileSync(path, JSON.stringify(chaos));
    console.error(`what was seen is kept: ${path}`);
    process.exitCode = 1;
  }
} finally {
  await server?.stop();
}
