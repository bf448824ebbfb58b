import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

/** A resource that answers a token as told. */
async function resource(answer: (epoch: number, highest: number) => number): Promise<string> {
  let highest = 0;
  const server = createServer((request, response) => {
    const epoch = Number(request.headers["fencing-token"]);
    response.statusCode = answer(epoch, highest);
    highest = Math.max(highest, epoch);
    response.end();
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A limit of rates, say, that stands before the resource and knows of no epochs. */
function busyFor(status: number): (epoch: number, highest: number) => number {
  return (epoch, highest) => (epoch < highest ? status : 204);
}

async function withTwoEpochs(): Promise<Sandbox> {
  const sandbox = new Sandbox();
  for (const _ of [1, 2]) await sandbox.run(["run", "orders", "--", "true"]);
  return sandbox;
}

test.each([
  [
    "refuses a former leader",
    (epoch: number, highest: number) => (epoch < highest ? 409 : 204),
    0,
    /^fenced: epoch 2 .* epoch 1/u,
  ],
  ["takes everything", () => 204, 1, /^NOT fenced/u],
])("a resource that %s", async (_, answer, code, said) => {
  const sandbox = await withTwoEpochs();
  const args = ["fence", "verify", "orders", "--url", await resource(answer)];
  expect(await sandbox.run(args)).toMatchObject({ code, stdout: said });
  const { stdout } = await sandbox.run([...args, "--json"]);
  const verdict = code === 0 ? "fenced" : "unfenced";
  expect(documentIn("fence", stdout)).toEqual({ name: "orders", epoch: 2, staleEpoch: 1, verdict });
});

test.each([
  ["refuses everybody", () => 403, /refused the present epoch 2/u],
  ["fails", () => 500, /answered 500/u],
  ["takes the present one, and then is asked too often", busyFor(429), /answered 429/u],
  ["takes the present one, and then waits for it in vain", busyFor(408), /answered 408/u],
])("of a resource that %s nothing is known", async (_, answer, why) => {
  const sandbox = await withTwoEpochs();
  const args = ["fence", "verify", "orders", "--url", await resource(answer)];
  expect(await sandbox.run(args)).toMatchObject({ code: 69, stdout: why });
  const { stdout } = await sandbox.run([...args, "--json"]);
  expect(documentIn("fence", stdout)).toMatchObject({ verdict: "unknown", why });
});

test("of a resource that is not there nothing is known", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const args = ["fence", "verify", "orders", "--url", `http://127.0.0.1:${port}/`];
  const ended = await (await withTwoEpochs()).run(args);
  expect(ended).toMatchObject({ code: 69, stdout: /^not known .*: it did not answer: connect ECONNREFUSED/u });
});

test("a command is told the epoch, and refuses by failing", async () => {
  const sandbox = await withTwoEpochs();
  const verify = (script: string): Promise<unknown> =>
    sandbox.run(["fence", "verify", "orders", "--", "sh", "-c", script]);
  expect(await verify('test "$LEASE_EPOCH" -ge 2')).toMatchObject({ code: 0 });
  expect(await verify("true")).toMatchObject({ code: 1, stdout: /^NOT fenced/u });
});

test("a command that is killed before it answers has refused nothing", async () => {
  const script = 'test "$LEASE_EPOCH" -ge 2 || kill -9 $$';
  const ended = await (await withTwoEpochs()).run(["fence", "verify", "orders", "--", "sh", "-c", script]);
  expect(ended).toMatchObject({ code: 69, stdout: /^not known .*: the command was ended by SIGKILL/u });
});

test.each([
  [["fence", "verify", "orders"], 64, /either --url URL or -- COMMAND/u],
  [["fence", "verify", "orders", "--url", "file:///etc/passwd"], 64, /must begin with http/u],
  [
    ["fence", "verify", "orders", "--url", "http://a:s3cret@127.0.0.1/"],
    64,
    /^(?!.*s3cret).*no user or password in --url/u,
  ],
  [["fence", "verify", "orders", "--url", "http://127.0.0.1/", "--method", "P UT"], 64, /--method "P UT"/u],
  [["fence", "verify", "orders", "--url", "http://127.0.0.1/", "--method", "CONNECT"], 64, /--method "CONNECT"/u],
  [
    ["fence", "verify", "orders", "--", "no-such-program"],
    127,
    /cannot run "no-such-program": there is no such command/u,
  ],
])("%j ends with %i and says why", async (args, code, why) => {
  expect(await (await withTwoEpochs()).run(args)).toMatchObject({ code, stderr: why });
});

test("a lease that had one leader only has no former one", async () => {
  const sandbox = new Sandbox();
  await sandbox.run(["run", "orders", "--", "true"]);
  expect(await sandbox.run(["fence", "verify", "orders", "--", "true"])).toMatchObject({
    code: 64,
    stderr: /is at epoch 1/u,
  });
});
