import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectionOf } from "../src/connection.ts";

const CANARY = "c4n4ry";

test.each([
  ["postgres://localhost/x", false],
  ["postgres://127.0.0.1:5433/x", false],
  ["postgres://[::1]/x", false],
  ["postgres:///x", false],
  ["postgres:///x?host=/run/postgresql", false],
  ["postgres://%2Frun%2Fpostgresql/x", false],
  ["postgres://db.example/x?host=127.0.0.1&host=db.example", { rejectUnauthorized: true }],
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

test.each([
  ["10.1.2.3", { rejectUnauthorized: true }],
  ["db.example", { rejectUnauthorized: true }],
  ["/run/postgresql", false],
  ["127.0.0.1", false],
])("with PGHOST %s, a URL that names no host is reached with TLS %j", (host, ssl) => {
  vi.stubEnv("PGHOST", host);
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const url of ["postgres:///x", "postgres:///x?host="]) expect(connectionOf(url).ssl).toEqual(ssl);
  expect(connectionOf("postgres://localhost/x").ssl).toBe(false);
});

test.each(["ssl=0", "ssl=false", "ssl=true", "ssl=no-verify", "sslmode=no-verify&ssl=true", "sslnegotiation=direct"])(
  "what would override how TLS was chosen is refused: %s",
  (parameters) => {
    expect(() => connectionOf(`postgres://ops:${CANARY}@db.example/x?${parameters}`)).toThrow(
      expect.objectContaining({ code: "ECONFIG", message: expect.stringMatching(/say sslmode=/u) as string }) as Error,
    );
  },
);

test.each([
  ["sslmod=disable", /has a parameter "sslmod"; known are sslmode, .*, options, /u],
  ["uselibpqcompat=true&sslmode=require", /has a parameter "uselibpqcompat"; known are/u],
  ["target_session_attrs=read-write", /has a parameter "target_session_attrs"/u],
  ["sslmode=dissable", /has an sslmode that is none of disable, allow, .*, no-verify$/u],
  ["sslmode=disable&channel_binding=require", /channel_binding=require, which takes TLS with a verified certificate/u],
  ["sslmode=no-verify&channel_binding=require", /channel_binding=require, which takes TLS/u],
])("what would be passed over is refused: %s", (parameters, message) => {
  expect(() => connectionOf(`postgres://ops:${CANARY}@db.example/x?${parameters}`)).toThrow(
    expect.objectContaining({ code: "ECONFIG", message: expect.stringMatching(message) as string }) as Error,
  );
});

test("what binds the password to the connection is asked for", () => {
  const binds = (parameters: string): boolean | undefined =>
    connectionOf(`postgres://db.example/x${parameters}`).enableChannelBinding;
  expect(["", "?channel_binding=disable"].map(binds)).toEqual([false, false]);
  expect(["?channel_binding=prefer", "?sslmode=require&channel_binding=require"].map(binds)).toEqual([true, true]);
  expect(connectionOf("postgres://db.example/x?channel_binding=prefer").connectionString).not.toContain("binding");
});

test.each([
  `postgres://ops:12?${CANARY}@db.example/x`,
  `http://db.example/x?password = ${CANARY}`,
  `ops:${CANARY}@db.example/x`,
  `db.example/x?sslpassword=${CANARY}`,
  `http://db.example/x?sslpassword=${CANARY}`,
  `postgress://ops:p@${CANARY}/w@db.example/x`,
  `postgres://ops:%zz${CANARY}@db.example/x?ssl=0`,
])("a URL that is refused is not told: %s", (url) => {
  expect(() => connectionOf(url)).toThrow(
    expect.objectContaining({ code: "ECONFIG", message: expect.not.stringContaining(CANARY) as string }) as Error,
  );
});

test("a URL of another kind is told by its scheme and host", () => {
  expect(() => connectionOf("http://ops:secret@db.example:80/x")).toThrow(
    "http://db.example/x is no URL of a PostgreSQL server",
  );
});

test("a password file loses one line end and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenure-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "password");
  for (const [text, password] of [
    ["se cret \n", "se cret "],
    ["secret\r\n", "secret"],
    ["secret\n\n", "secret\n"],
  ] as const) {
    writeFileSync(path, text);
    const { connectionString = "" } = connectionOf("postgres://db.example/x", path);
    expect(new URL(connectionString).searchParams.get("password")).toBe(password);
  }
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
