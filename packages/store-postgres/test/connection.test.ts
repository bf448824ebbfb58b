import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connectionOf } from "../src/connection.ts";

test.each([
  ["postgres://localhost/x", false],
  ["postgres://127.0.0.1:5433/x", false],
  ["postgres://[::1]/x", false],
  ["postgres:///x?host=/run/postgresql", false],
  ["postgres://127.example/x", { rejectUnauthorized: true }],
  ["postgres://db.example/x?sslmode=disable", false],
  ["postgres://db.example/x", { rejectUnauthorized: true }],
  ["postgres://db.example/x?sslmode=require", { rejectUnauthorized: true }],
  ["postgres://db.example/x?sslmode=prefer", { rejectUnauthorized: true }],
  ["postgres://db.example/x?sslmode=no-verify", { rejectUnauthorized: false }],
  ["postgres://localhost/x?sslmode=verify-full", { rejectUnauthorized: true }],
])("%s is reached with TLS %j", (url, ssl) => {
  const { ssl: chosen } = connectionOf(url);
  if (ssl === false) expect(chosen).toBe(false);
  else expect(chosen).toMatchObject(ssl as object);
});

test("certificates and the password come from files", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenure-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [ca, cert, key] = [file("ca", "CA"), file("cert", "CERT"), file("key", "KEY")];
  const connection = connectionOf(
    `postgres://db.example/x?sslrootcert=${ca}&sslcert=${cert}&sslkey=${key}`,
    file("password", "secret\n"),
  );
  expect(connection).toMatchObject({
    ssl: { ca: "CA", cert: "CERT", key: "KEY" },
    connectionString: "postgres://db.example/x?password=secret",
  });
});
