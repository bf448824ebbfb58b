import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addressOf } from "../src/address.ts";

const CANARY = "c4n4ry";
const folder = mkdtempSync(join(tmpdir(), "tenure-nats-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test.each([
  ["nats://localhost", ["localhost:4222"], false, false],
  ["nats://127.0.0.1:4223", ["127.0.0.1:4223"], false, false],
  ["nats://[::1]", ["[::1]:4222"], false, false],
  [
    "nats://a.example?server=b.example&server=c.example:4",
    ["a.example:4222", "b.example:4222", "c.example:4"],
    false,
    true,
  ],
  ["natss://a.example", ["a.example:4222"], true, false],
])("%s: servers %j, TLS asked for %s, in clear %s", (url, servers, isSecure, isInClear) => {
  const address = addressOf(url);
  expect(address.servers.map((each) => each.servers)).toEqual(servers);
  expect(address.servers.every(({ tls }) => tls !== undefined)).toBe(isSecure);
  expect(address.isInClear).toBe(isInClear);
});

test("user, password, bucket and replicas are those of the URL", () => {
  expect(addressOf("nats://ops:a%40b@a.example?bucket=leaders&replicas=3")).toMatchObject({
    servers: [{ user: "ops", pass: "a@b" }],
    bucket: "leaders",
    replicas: 3,
  });
});

test("a password without a user is a token; either may come from a file", () => {
  const path = file("password", "a@b\n");
  expect(addressOf("nats://:t0k3n@a.example").servers[0]).toMatchObject({ token: "t0k3n" });
  expect(addressOf("nats://a.example", path).servers[0]).toMatchObject({ token: "a@b" });
  expect(addressOf("nats://ops@a.example", path).servers[0]).toMatchObject({ user: "ops", pass: "a@b" });
});

test("certificates, credentials and seeds are read from the files that the URL names", () => {
  const pem = file("ca.pem", "CA");
  expect(addressOf(`natss://a.example?cacert=${pem}`).servers[0]?.tls).toEqual({ ca: "CA" });
  expect(addressOf(`nats://a.example?creds=${pem}`).servers[0]?.authenticator).toBeTypeOf("function");
  expect(addressOf(`nats://a.example?nkey=${pem}`).servers[0]?.authenticator).toBeTypeOf("function");
});

test.each([
  ["no url", /is no URL of a NATS server/u],
  [`http://ops:${CANARY}@a.example`, /is no URL of a NATS server/u],
  [`nats://ops:${CANARY}@a.example/orders`, /is no URL of a NATS server/u],
  [`nats://ops:${CANARY}@a.example?server=b/c`, /has a server that is no host; one reads host:4222/u],
  [`nats://ops:${CANARY}@a.example?colour=red`, /a parameter "colour"/u],
  [`nats://ops:${CANARY}@a.example?bucket=a.b`, /names a bucket "a.b", which is none/u],
  [`nats://ops:${CANARY}@a.example?replicas=2`, /replicas that are not 1, 3 or 5/u],
  [`natss://ops:${CANARY}@a.example?cacert=/no`, /cannot read \/no \(cacert\)/u],
  [`nats://ops:${CANARY}@a.example?cacert=${file("other.pem", "CA")}`, /which are for natss/u],
  [`nats://${CANARY}@a.example`, /names a user and no password/u],
  [`nats://${CANARY}@a.example?bucket=a.b`, /names a user and no password/u],
  [`nats://${CANARY}@a.example?replicas=2`, /names a user and no password/u],
  [`nats://ops:%zz${CANARY}@a.example`, /has a user or a password that is not percent-encoded/u],
])("%s is refused without telling its password", (url, why) => {
  expect(() => addressOf(url)).toThrow(why);
  expect(() => addressOf(url)).not.toThrow(new RegExp(CANARY, "u"));
});
