import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Pool } from "pg";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { freshSchema, openStore, server, skipped } from "./server.ts";

/** With all that a URL, a connection string or a statement could take for something else. */
const PASSWORD = "CANARY p4ss/w@rd:%41+'\\&?#=";
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const needsOpenssl = "needs openssl, to make certificates";

const schema = freshSchema();
let folder = "";

/** The server as a user reaches it who has to prove who it is. */
function urlOf(user: string, parameters: Readonly<Record<string, string>> = {}): string {
  const url = new URL((server?.url ?? "").replace("tenure@", `${user}@`));
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function file(name: string, text?: string): string {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

/** An authority, a certificate of the server's and one of the user's, and an authority that signed neither. */
function makeCertificates(): void {
  const openssl = (...args: readonly string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = (name: string): string[] => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`];
  for (const name of ["ca", "stranger"])
    openssl("req", "-x509", ...newKey(name), "-subj", `/CN=${name}`, "-days", "2", "-out", `${name}.crt`);
  for (const [name, subject] of [
    ["server", "127.0.0.1"],
    ["user", "certified"],
  ] as const) {
    const extensions = file(`${name}.ext`, "subjectAltName=IP:127.0.0.1\n");
    openssl("req", ...newKey(name), "-subj", `/CN=${subject}`, "-out", `${name}.csr`);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.crt`);
  }
}

/** Into the folder of the server, which must own its key. */
function giveToServer(data: string): void {
  const { uid, gid } = statSync(data);
  for (const [name, target] of [
    ["ca.crt", "ca.crt"],
    ["server.crt", "server.crt"],
    ["server.key", "server.key"],
  ] as const) {
    writeFileSync(join(data, target), readFileSync(file(name)), { mode: 0o600 });
    chownSync(join(data, target), uid, gid);
  }
}

async function failureOf(opening: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  return await opening.then(
    () => new Error("it was opened"),
    (error: unknown) => error as Error,
  );
}

describe.skipIf(skipped !== null)(`a server that asks who comes${skipped === null ? "" : ` (${skipped})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tenure-secrets-"));
    const pool = new Pool({ connectionString: server?.url, max: 1 });
    try {
      await pool.query(`create role secretive login superuser password '${PASSWORD.replaceAll("'", "''")}'`);
      await pool.query("create role certified login superuser");
      const { rows } = await pool.query<{ data: string }>("select current_setting('data_directory') as data");
      const data = rows[0]?.data ?? "";
      if (hasOpenssl) {
        makeCertificates();
        giveToServer(data);
        await pool.query("alter system set ssl_ca_file = 'ca.crt'");
        await pool.query("alter system set ssl = on");
      }
      const rules = ["host all secretive 127.0.0.1/32 scram-sha-256", "hostssl all certified 127.0.0.1/32 cert"];
      const access = join(data, "pg_hba.conf");
      const before = readFileSync(access, "utf8");
      writeFileSync(access, [...(hasOpenssl ? rules : rules.slice(0, 1)), before].join("\n"));
      await pool.query("select pg_reload_conf()");
    } finally {
      await pool.end();
    }
    // The server reads both anew in its own time.
    await vi.waitFor(() => expect(openStore({ url: urlOf("secretive"), schema })).rejects.toThrow(), {
      timeout: 10_000,
    });
    return () => rmSync(folder, { recursive: true, force: true });
  });

  test("takes the password out of a file, whatever stands in it", async () => {
    const passwordFile = file("password", `${PASSWORD}\n`);
    const store = await openStore({ url: urlOf("secretive"), passwordFile, schema });
    expect((await store.probe()).facts["user"]).toBe("secretive");
  });

  test("is not reached without a password, nor with a wrong one, and neither is told", async () => {
    const without = await failureOf(openStore({ url: urlOf("secretive"), schema }));
    expect(without).toMatchObject({ code: "EPERMISSION", message: /asks for a password; name a file with it/u });
    const wrong = await failureOf(
      openStore({ url: urlOf("secretive"), passwordFile: file("wrong", "CANARY"), schema }),
    );
    expect(wrong).toMatchObject({ code: "EPERMISSION", message: /refused this user or password/u });
    expect(inspect(wrong, { depth: 20, showHidden: true })).not.toContain("CANARY");
  });

  test("is reached by TLS with its certificate verified, and knows its user by a certificate", async (context) => {
    context.skip(!hasOpenssl, needsOpenssl);
    const known = { sslmode: "verify-full", sslrootcert: file("ca.crt") };
    const url = urlOf("certified", { ...known, sslcert: file("user.crt"), sslkey: file("user.key") });
    const store = await openStore({ url, schema });
    expect((await store.probe()).facts).toMatchObject({ user: "certified", tls: "on" });
  });

  test("is given the password bound to the connection, where that is asked for", async (context) => {
    context.skip(!hasOpenssl, needsOpenssl);
    const passwordFile = file("password", `${PASSWORD}\n`);
    const url = urlOf("secretive", { sslmode: "require", sslrootcert: file("ca.crt"), channel_binding: "require" });
    expect((await (await openStore({ url, passwordFile, schema })).probe()).facts).toMatchObject({ tls: "on" });
  });

  test("is warned of where its certificate is not verified", async (context) => {
    context.skip(!hasOpenssl, needsOpenssl);
    const passwordFile = file("password", `${PASSWORD}\n`);
    // This machine, by a name that does not say so.
    const url = urlOf("secretive", { sslmode: "no-verify" }).replace("127.0.0.1", "127.1");
    const { facts, warnings } = await (await openStore({ url, passwordFile, schema })).probe();
    expect(facts).toMatchObject({ tls: "on" });
    expect(warnings).toEqual([
      expect.stringMatching(/is not verified, so whoever is between can read and change what passes; /u),
    ]);
  });

  test.for([
    [
      "an authority that nobody named",
      { sslmode: "verify-full" },
      "ESTOREUNAVAILABLE",
      /unknown authority; name that with sslrootcert/u,
    ],
    [
      "another authority",
      { sslmode: "verify-full", sslrootcert: "stranger.crt" },
      "ESTOREUNAVAILABLE",
      /unknown authority/u,
    ],
    [
      "no certificate of the user's",
      { sslmode: "verify-full", sslrootcert: "ca.crt" },
      "EPERMISSION",
      /requires a valid client certificate/u,
    ],
    [
      "a key that is not the certificate's",
      { sslmode: "verify-full", sslrootcert: "ca.crt", sslcert: "user.crt", sslkey: "stranger.key" },
      "ECONFIG",
      /sslkey does not belong to sslcert/u,
    ],
  ] as const)("is not reached with %s", async ([, parameters, code, message], context) => {
    context.skip(!hasOpenssl, needsOpenssl);
    const named = Object.entries(parameters).map(([name, value]) => [name, name === "sslmode" ? value : file(value)]);
    const failure = await failureOf(openStore({ url: urlOf("certified", Object.fromEntries(named)), schema }));
    expect(failure).toMatchObject({ code, message });
  });
});
