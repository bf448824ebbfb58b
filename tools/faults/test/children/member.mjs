// One of those who lead in turn: joins, leads, renews, and says each thing as a line of JSON. Does what it is told on standard input:
//   begin    makes sure that the lease is held        finish   asks the resource to take a write of this epoch
//   act      both                                     release  gives the lease back
//   again    joins anew                               files    takes every file descriptor there is
//   stop     begins, stops itself, and begins again in the same turn
//   memory   takes memory until it is killed          child    starts a process that outlives it
import { spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { createLeaseClient, eventChannel } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import { thisHost } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";
import { withNewFields } from "./new-fields.mjs";

const { folders, name, holderIdentity, bootOffsetMs, region, ...settings } = JSON.parse(process.argv[2]);
const host = thisHost({ holderIdentity });
const holder = `${holderIdentity} ${host.identity.holder.instanceId}`;
// The time of day of the machine, where this process is in a time namespace of its own.
const trueTime = ({ boottimeMs }) => boottimeMs - bootOffsetMs;
// At once, so that it is out even if the process is killed or stopped right after.
const say = (kind, facts) =>
  writeSync(1, `${JSON.stringify({ kind, at: trueTime(host.clock.now()), lease: name, holder, ...facts })}\n`);

let lease;
let heartbeat;

function validity() {
  const sentAt = trueTime(lease.renewedAt);
  return { epoch: lease.epoch, sentAt, validUntil: sentAt + lease.record.renewDeadlineMs, nonce: lease.record.nonce };
}

for (const type of ["clock.suspended", "clock.stepped", "lease.renew_failed", "lease.jeopardy"])
  subscribe(eventChannel(type), ({ remark }) => say("told", { type, remark }));
subscribe(eventChannel("lease.renewed"), () => say("renewed", { ...validity(), renewals: lease.record.renewals }));

async function join(client) {
  say("joining", {});
  lease = await client.acquire(name);
  const { epoch, signal } = lease;
  signal.addEventListener("abort", () =>
    say("ended", { epoch, reason: signal.reason.reason, message: signal.reason.message }),
  );
  const { renewDeadlineMs } = lease.record;
  say("granted", { ...validity(), renewDeadlineMs, remainingMs: lease.remainingMs(), record: lease.record });
  heartbeat = keepAlive(lease, { clock: host.clock, random: Math.random });
}

function begin() {
  try {
    lease.assertHeld();
    say("begun", { epoch: lease.epoch });
    return true;
  } catch ({ reason, message }) {
    say("refused", { epoch: lease.epoch, reason, message });
    return false;
  }
}

function takeFiles() {
  try {
    for (;;) openSync("/dev/null");
  } catch ({ code }) {
    say("exhausted", { code });
  }
}

async function follow(client, order) {
  switch (order) {
    case "begin":
      begin();
      break;
    case "stop":
      begin();
      process.kill(process.pid, "SIGSTOP");
      begin();
      say("woke", {});
      break;
    case "finish":
      say("write", { epoch: lease.epoch });
      break;
    case "act":
      if (begin()) say("write", { epoch: lease.epoch });
      break;
    case "release":
      await heartbeat.stop();
      await lease.release();
      say("released", { epoch: lease.epoch });
      break;
    case "again":
      await join(client);
      break;
    case "files":
      takeFiles();
      break;
    case "child":
      say("parent", { child: spawn("sleep", ["30"], { stdio: "ignore" }).pid });
      break;
    case "memory":
      for (const taken = []; ;) taken.push(Buffer.alloc(4 << 20, 1));
  }
}

function failed({ code, message }) {
  say("failed", { code, message });
  process.exit(1);
}

try {
  say("up", { pid: process.pid });
  const store = withNewFields(region, await openFileStore(folders));
  const client = createLeaseClient({ ...host, store, timing: settings });
  const orders = createInterface({ input: process.stdin });
  const joined = join(client);
  joined.catch(failed);
  for await (const order of orders) {
    await joined;
    await follow(client, order);
  }
} catch (error) {
  failed(error);
}
