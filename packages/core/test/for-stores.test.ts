import { expect, test } from "vitest";
import { assertWritable, isLoopback, orAborted, whyNotConnected } from "../src/index.ts";
import { eventFor, heldRecord } from "../src/testing/index.ts";

const record = heldRecord("jobs", 1);

test.each([
  ["jobs", { ...record, epoch: -1 }, "EINVALID"],
  ["jobs", { ...record, schemaVersion: "99.0" }, "ESCHEMAVERSION"],
  ["other", record, "EINVALID"],
])("what every reader would refuse is not writable: as %s", (name, refused, code) => {
  expect(() => assertWritable("jobs", record, eventFor(record))).not.toThrow();
  expect(() => assertWritable(name, refused, eventFor(record))).toThrow(expect.objectContaining({ code }));
});

test("work that is waited for no longer ends the wait, and never the program", async () => {
  const reason = new Error("enough");
  const leaving = new AbortController();
  let fail = (_error: Error): void => {};
  const work = new Promise<number>((_, reject) => {
    fail = reject;
  });
  const waiting = orAborted(work, leaving.signal);
  leaving.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(orAborted(work, leaving.signal)).rejects.toBe(reason);
  fail(new Error("late"));
  await expect(orAborted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
});

test("only what is this machine itself is taken for it", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) expect(isLoopback(host)).toBe(true);
  for (const host of ["", "127.0.0.1.example.com", "127.example.com", "10.0.0.1", "[::2]", "localhost.example.com"])
    expect(isLoopback(host)).toBe(false);
});

test.each([
  ["ECONNREFUSED", "nothing listens there; is the server running?"],
  ["ENOTFOUND", "no such host"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is signed by an unknown authority; name that with cacert=FILE"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is signed by an unknown authority; name that with cacert=FILE"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is self-signed; name it with cacert=FILE"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host name"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["EAI_AGAIN", "its name cannot be looked up now; does the resolver answer?"],
  ["EHOSTUNREACH", "there is no way to that host from here"],
  ["ENETUNREACH", "there is no way to that host from here"],
  ["ETIMEDOUT", "it does not answer; is it overloaded or stopped, or does a firewall stand in between?"],
  ["EPIPE", undefined],
])("a connection that fails with %s is told with what to do", (code, why) => {
  expect(whyNotConnected(code, "cacert=FILE")).toBe(why);
});
