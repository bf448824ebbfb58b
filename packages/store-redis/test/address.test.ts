import { expect, test } from "vitest";
import { addressOf, isInClear } from "../src/address.ts";

test.each([
  ["redis://localhost", false, false],
  ["redis://127.0.0.1:6380/2", false, false],
  ["redis://[::1]", false, false],
  ["redis://cache.example", false, true],
  ["rediss://cache.example", true, false],
  ["rediss://cache.example?insecure=true", false, false],
])("%s: certificate verified %s, in clear %s", (url, isVerified, inClear) => {
  const address = addressOf(url);
  expect(address.tls?.rejectUnauthorized ?? false).toBe(isVerified);
  expect(isInClear(address)).toBe(inClear);
});

test("user, password, port and database are those of the URL", () => {
  expect(addressOf("redis://ops:a%40b@cache.example:6380/2")).toMatchObject({
    host: "cache.example",
    port: 6380,
    db: 2,
    username: "ops",
    password: "a@b",
  });
});

test.each([
  ["http://cache.example", /is no URL of a Redis server/u],
  ["redis://", /is no URL of a Redis server/u],
  ["redis://cache.example/orders", /is no URL of a Redis server/u],
  ["no url", /is no URL of a Redis server/u],
  ["redis://ops:%zz@cache.example", /has a user or a password that is not percent-encoded/u],
  ["rediss://cache.example?cacrt=ca.pem", /a parameter "cacrt"; known are insecure, cacert/u],
  ["redis://cache.example?cacert=ca.pem", /certificates, which are for rediss:\/\/, and reads redis:\/\//u],
])("%s is refused", (url, message) => {
  expect(() => addressOf(url)).toThrow(
    expect.objectContaining({ code: "ECONFIG", message: expect.stringMatching(message) }),
  );
});
