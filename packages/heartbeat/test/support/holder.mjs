// A process that leads and beats. It tells its test each thing that happens, at once, and blocks when told to.
import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { createLeaseClient } from "@tenure/core";
import { MemoryStore } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import { thisHost } from "@tenure/host";

const { timing: settings, watch } = JSON.parse(process.argv[2]);
const tell = (event) => writeSync(1, `${JSON.stringify(event)}\n`);

const host = thisHost({ holderIdentity: "alice" });
const client = createLeaseClient({ ...host, store: new MemoryStore(), timing: settings });
const lease = await client.acquire("main");
subscribe("tenure:lease.renewed", () => tell({ event: "renewed" }));
lease.signal.addEventListener("abort", () => {
  const { reason, message } = lease.signal.reason;
  tell({ event: "lost", reason, message });
});
const heartbeat = keepAlive(lease, {
  clock: host.clock,
  random: Math.random,
  watch,
});
// Another thread of the same program, which is told by nothing but the flag.
const source = `const { workerData } = require("node:worker_threads");
Atomics.wait(workerData, 0, 0);
require("node:fs").writeSync(1, JSON.stringify({ event: "flag" }) + "\\n");`;
new Worker(source, { eval: true, workerData: heartbeat.lostFlag }).once("online", () => tell({ event: "ready" }));

process.stdin.on("data", (text) => {
  const until = performance.now() + Number(text);
  tell({ event: "blocking" });
  while (performance.now() < until);
  tell({ event: "woke" });
});
