// Records a long history on a real server that fails, and judges it: `npm run histories -- [ENGINE] [OPERATIONS] [EACH TROUBLE]`.
import { missing } from "@tenure/engines";
import { subjects } from "./engines.ts";
import { judge } from "./judge.ts";
import { recordHistory } from "./record.ts";

const [engine = "postgres", operations = "100000", each = "20"] = process.argv.slice(2);
const subject = Object.hasOwn(subjects, engine) ? subjects[engine] : undefined;
if (subject === undefined) {
  console.error(
    `usage: npm run histories -- [${Object.keys(subjects).join(" | ")}] [operations] [each trouble so often]`,
  );
  process.exit(64);
}
const server = await subject.start();
if (server === null) throw new Error(missing(subject.name));
try {
  const began = performance.now();
  const onProgress = (done: number, troubles: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} operations, ${troubles} troubles `);
  };
  const counts = { operations: Number(operations), each: Number(each) };
  const plan = { ...counts, workers: 4, leases: 3, leaseDurationMs: 1_000, onProgress };
  const history = await recordHistory(server, () => subject.terminate(server), plan);
  const judgement = judge(history, subject);
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(JSON.stringify({ engine, ...judgement, troubles: history.troubles, seconds }, null, 2));
  if (judgement.violations.length + judgement.rejections.length > 0) process.exitCode = 1;
} finally {
  await server.stop();
}
