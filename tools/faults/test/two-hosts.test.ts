import { missing, startPostgres } from "@tenure/engines";
import { checkInvariants, type Observation } from "@tenure/history";
import { expect, onTestFinished, test } from "vitest";
import { Network } from "./support/host.ts";

/** What the command under `tenure run` says of itself; both hosts stand on one kernel, so its clock is the true time. */
const work = `
  const at = () => Number(process.hrtime.bigint()) / 1e6;
  const say = (kind) => console.log(JSON.stringify({ kind, at: at(), role: "orders", child: process.env.LEASE_EPOCH }));
  process.on("SIGTERM", () => { say("child-ended"); process.exit(0); });
  say("child-started");
  setInterval(() => {}, 1000);`;

test("N1 two hosts, one PostgreSQL server, and the leader's host is cut off: its command has ended before the other's begins", async (context) => {
  const network = new Network(context);
  const server = await startPostgres({ elsewhere: { address: network.address, range: network.range } });
  if (server === null) {
    context.skip(missing("PostgreSQL"));
    return;
  }
  onTestFinished(() => server.stop());
  const url = server.url.replace("127.0.0.1", network.address);
  const [north, south] = [network.host("north"), network.host("south")];
  const runs = ["run", "orders", "--store", `${url}?sslmode=disable`, "--lease-duration", "3s", "--verbose"];
  const command = ["--", process.execPath, "-e", work];

  const first = north.tenure(...runs, ...command);
  await first.line(/child-started/u);
  const second = south.tenure(...runs, ...command);
  await second.line(/waiting for "orders"/u);
  north.cutOff();
  await second.line(/child-started/u);

  const { code, output } = await first.ended;
  expect(code).toBe(79);
  expect(output).toMatch(/was not renewed in time.*the last one failed: PostgreSQL: no connection was made/su);
  const children = [...first.lines, ...second.lines]
    .filter((line) => line.startsWith('{"kind"'))
    .map((line) => JSON.parse(line) as Observation);
  expect(children.map(({ kind }) => kind)).toEqual(["child-started", "child-ended", "child-started"]);
  expect(checkInvariants(children)).toEqual([]);

  north.reconnect();
  const third = north.tenure(...runs, ...command);
  await third.line(/waiting for "orders"/u);
  const told = north.tenure("status", "orders", "--store", `${url}?sslmode=disable`);
  expect((await told.ended).output).toMatch(/orders +held +2 .* south/u);
});
