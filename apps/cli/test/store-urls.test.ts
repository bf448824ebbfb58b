import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

test.each([
  [["status", "--store", "mysql://db/x"], 78, /names no engine/u],
  [["status", "--store", "/var/lib/tenure"], 78, /a folder is --dir/u],
  [["status", "--store", "postgres://db/x", "--dir", "here"], 64, /exclude each other/u],
  [["status", "--store", "etcd://db:2379/path"], 78, /is no URL of an etcd cluster/u],
  [["status", "--store", "etcds://db?cacrt=x"], 78, /known are endpoint, cacert, cert, key/u],
  [["status", "--store", "nats://db:4222/path"], 78, /is no URL of a NATS server/u],
  [["status", "--store", "natss://db?cacrt=x"], 78, /known are server, bucket, replicas/u],
  [["init", "--print-ddl"], 64, /needs --store/u],
  [["init", "--store", "etcd://db:2379", "--print-ddl"], 64, /needs nothing to be made/u],
  [["init", "--store", "redis://db", "--print-ddl"], 64, /needs nothing to be made/u],
  [["init", "--store", "nats://db", "--print-ddl"], 64, /needs nothing to be made/u],
])("%j ends with %i and says why", async (args, code, why) => {
  expect(await new Sandbox().run(args)).toMatchObject({ code, stderr: why });
});

test("the statements that make the tables of a PostgreSQL server need no server", async () => {
  const { code, stdout } = await new Sandbox().run(["init", "--store", "postgres://db/x", "--print-ddl"]);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: /create table if not exists "?tenure"?\.lease/u });
});

test.each([
  ["postgres://127.0.0.1:1/x", "postgres"],
  ["nats://127.0.0.1:1", "nats"],
])("an engine whose package is not installed is named with the command that installs it: %s", async (url, name) => {
  const sandbox = new Sandbox();
  const alone = join(sandbox.directory, "alone");
  cpSync(dirname(COMMAND), alone, { recursive: true });
  const args = [join(alone, basename(COMMAND)), "status", "--store", url];
  const ended = await sandbox.startProcess(process.execPath, args).ended;
  expect(ended).toMatchObject({ code: 78, stderr: new RegExp(`run: npm install @tenure/store-${name}`, "u") });
});

test("an engine whose own client library is missing is told so, and what mends it", async () => {
  const sandbox = new Sandbox();
  const alone = join(sandbox.directory, "alone");
  cpSync(dirname(COMMAND), alone, { recursive: true });
  const engine = join(sandbox.directory, "node_modules", "@tenure", "store-postgres");
  mkdirSync(engine, { recursive: true });
  writeFileSync(join(engine, "package.json"), JSON.stringify({ type: "module", exports: "./index.js" }));
  writeFileSync(join(engine, "index.js"), 'export * from "pg";\n');
  const args = [join(alone, basename(COMMAND)), "status", "--store", "postgres://127.0.0.1:1/x"];
  expect(await sandbox.startProcess(process.execPath, args).ended).toMatchObject({
    code: 78,
    stderr:
      /needs @tenure\/store-postgres, which is installed without pg, .*; run: npm install @tenure\/store-postgres /u,
  });
});

test("a folder named by a flag counts before a server named by the environment", async () => {
  const sandbox = new Sandbox();
  const env = { TENURE_STORE: "postgres://127.0.0.1:1/x", TENURE_DIR: "" };
  expect(await sandbox.json(["status", "--dir", "here"], env)).toMatchObject({
    directory: join(sandbox.directory, "here"),
  });
});
