import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { addressOf } from "../src/address.ts";

test.each([
  ["etcd://db.example", ["http://db.example:2379/"]],
  ["etcd://db.example:80", ["http://db.example/"]],
  ["etcds://db.example:443/", ["https://db.example/"]],
  ["etcd://[::1]:2399", ["http://[::1]:2399/"]],
  ["etcds://a:1?endpoint=b:2&endpoint=c", ["https://a:1/", "https://b:2/", "https://c:2379/"]],
])("%s names %j", (url, endpoints) => {
  expect(addressOf(url).endpoints.map(({ href }) => href)).toEqual(endpoints);
});

test.each([
  ["http://db.example:2379"],
  ["etcd://"],
  ["etcd://db.example/tenure"],
  ["etcd://a:1,b:2"],
  ["etcd://a?endpoint=b/path"],
  ["etcd://a?endpoint=ops@b"],
  ["etcd://a?endpoint="],
  ["etcds://a?cacrt=file"],
  ["etcd://a?cacert=/etc/hostname"],
  ["etcd://ops:%ff@a"],
  ["etcd://:secret@a"],
])("%s is refused", (url) => {
  expect(() => addressOf(url)).toThrow(expect.objectContaining({ code: "ECONFIG" }));
});

test("certificates and the password come from files", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenure-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [ca, cert, key] = [file("ca", "CA"), file("cert", "CERT"), file("key", "KEY")];
  const url = `etcds://ops%40x@db.example?cacert=${ca}&cert=${cert}&key=${key}`;
  expect(addressOf(url, file("password", "secret\n"))).toMatchObject({
    ca: "CA",
    cert: "CERT",
    key: "KEY",
    user: { name: "ops@x", password: "secret" },
  });
  expect(() => addressOf(url, join(folder, "none"))).toThrow(expect.objectContaining({ code: "ECONFIG" }));
});
