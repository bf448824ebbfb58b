// Records a long history on a real PostgreSQL server that fails, and judges it: `npm run histories -- [OPERATIONS] [EACH TROUBLE]`.
import { missing, startPostgres } from "@tenure/engines";
import { judge } from "./judge.ts";
import { terminateOn } from "./postgres.ts";
import { recordHistory } from "./record.ts";

const [operations = 100_000, each = 20] = process.argv.slice(2).map(Number);
const server = await startPostgres();
if (server === null) throw new Error(missing("PostgreSQL"));
try {
  const began = performance.now();
  const onProgress = (done: number, troubles: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} operations, ${troubles} troubles `);
  };
  const plan = { operations, each, workers: 4, leases: 3, leaseDurationMs: 1_000, onProgress };
  const history = await recordHistory(server, () => terminateOn(server), plan);
  const judgement = judge(history);
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(JSON.stringify({ ...judgement, troubles: history.troubles, seconds }, null, 2));
  if (judgement.violations.length > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
