// A process that runs a command under a lease, as `tenure run` does. It tells its test what happens, and does as it is told.
import { writeFileSync } from "node:fs";
import { processOf, processState, scanProcesses, signalProcess } from "@tenure/host";
import { defaultRestartPolicy, exitCodeOf, runUnderLease, superviseUnderLease } from "@tenure/watchdog";
import { clock, FakeClient } from "./fake-client.mjs";

const options = JSON.parse(process.argv[2]);
const client = new FakeClient(options);
let lease;
for (const verb of ["tryAcquire", "acquire"]) {
  const real = client[verb].bind(client);
  client[verb] = async (...args) => (lease = await real(...args));
}
process.on("warning", ({ message }) => process.send({ type: "test.warning", message }));
process.on("message", (order) => {
  // This process stands still until the command is dead: of what happens meanwhile it hears afterwards, the order's own part first.
  if (order.kill) process.kill(order.kill, "SIGKILL");
  if (order.write) writeFileSync(order.write, "go\n");
  if (order.dead) while (processState(order.dead) !== "dead");
  if (order.late) lease.renewedAt = { monotonicMs: -1e6, boottimeMs: -1e6, wallMs: 0 };
  if (order.lose) lease.loseFor(order.lose);
  if (order.transfer) lease.requestTransfer(order.transfer);
  if (order.recorded) lease.finishRecording();
});
// A process that no signal reaches cannot be made at will: this machine says so of every one.
const immortal = { processOf, processState, scanProcesses };
const { refusal } = options;
const unheard = refusal ? { outcome: "refused", evidence: refusal } : { outcome: "sent", evidence: "" };
immortal.signalProcess = (identity, signal, how) =>
  signal === "SIGKILL" ? unheard : signalProcess(identity, signal, how);
immortal.signalGroup = (group, signal) => {
  if (signal !== "SIGKILL") process.kill(-group, signal);
};

// Told after the runner has handled it, whose listener is the first.
const signals = {
  on: (signal, listener) => {
    process.on(signal, listener);
    process.on(signal, tellSignal);
  },
  off: (signal, listener) => {
    process.off(signal, listener);
    process.off(signal, tellSignal);
  },
};
function tellSignal(signal) {
  process.send({ type: "test.signal", signal });
}

const { command, args, env, stopTimeoutMs, wait, progress } = options;
try {
  const policy = { ...defaultRestartPolicy, ...options.policy };
  const run = options.policy === undefined ? runUnderLease : superviseUnderLease;
  const outcome = await run({
    policy,
    directory: options.directory,
    client,
    name: options.name,
    command,
    args,
    env: { ...process.env, ...env, ...(options.hugeEnvironment && { HUGE: "x".repeat(200_000) }) },
    clock,
    signals,
    random: () => 0,
    stdio: ["ignore", "inherit", "inherit"],
    ...(stopTimeoutMs !== undefined && { stopTimeoutMs }),
    ...(wait !== undefined && { wait }),
    ...(progress !== undefined && { progress }),
    ...(options.immortal && { host: immortal, stuckAfterMs: 100 }),
    onEvent: (event) => process.send(event),
  });
  process.send({
    type: "test.outcome",
    outcome: { ...outcome, message: outcome.error?.message, reason: outcome.error?.reason },
  });
  process.exitCode = exitCodeOf(outcome);
} catch (error) {
  process.send({ type: "test.failed", code: error.code, message: String(error.message) });
  process.exitCode = 70;
} finally {
  process.disconnect();
}
