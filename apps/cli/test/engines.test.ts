import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missing, startEtcd, startNats, startPostgres, startRedis, type Engine } from "@tenure/engines";
import { fileFence } from "@tenure/store-file";
import { afterAll, describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const CANARY = "c4n4ry";

interface Subject {
  readonly name: string;
  readonly server: Engine | null;
  /** How a password is written into a URL of its. */
  readonly withPassword: (url: string) => string;
  /** A URL of a user who may come with any password here; `null` where nobody may. */
  readonly withUser: ((url: string) => string) | null;
  /** URLs that name nothing, with a password in them. */
  readonly broken: readonly string[];
}

/** Of a user of any name; for Redis that of everybody, who has no password here. */
const named =
  (user: string) =>
  (url: string): string =>
    url.replace(/\/\/(?:[^@/]*@)?/u, `//${user}:${CANARY}@`);

const subjects: readonly Subject[] = [
  {
    name: "PostgreSQL",
    server: await startPostgres(),
    withPassword: named("tenure"),
    withUser: (url) => url,
    broken: [
      `postgres://ops:${CANARY}@127.0.0.1:1/x`,
      `postgres://ops:${CANARY}@ no url`,
      `mysql://ops:${CANARY}@db/x`,
    ],
  },
  {
    name: "etcd",
    server: await startEtcd(),
    withPassword: named("ops"),
    withUser: (url) => url.replace("//", "//ops@"),
    broken: [`etcd://ops:${CANARY}@127.0.0.1:1`, `etcd://ops:${CANARY}@127.0.0.1/path`, `etcd://ops:${CANARY}@ no url`],
  },
  {
    name: "NATS",
    server: await startNats(),
    withPassword: named("ops"),
    withUser: (url) => url.replace("//", "//ops@"),
    broken: [
      `natss://ops:${CANARY}@127.0.0.1:1`,
      `nats://ops:${CANARY}@127.0.0.1/path`,
      `nats://ops:${CANARY}@ no url`,
    ],
  },
  {
    name: "Redis",
    server: await startRedis(),
    withPassword: named(""),
    withUser: null,
    broken: [
      `rediss://ops:${CANARY}@127.0.0.1:1`,
      `redis://ops:${CANARY}@db/no/number`,
      `redis://ops:${CANARY}@ no url`,
    ],
  },
];
afterAll(async () => {
  for (const { server } of subjects) await server?.stop();
});

for (const { name, server, withPassword, withUser, broken } of subjects) {
  const skipped = server === null ? missing(name) : null;
  describe.skipIf(skipped !== null)(`leases on a ${name} server${skipped === null ? "" : `: ${skipped}`}`, () => {
    const url = server?.url ?? "";
    const env = { TENURE_STORE: url, TENURE_DIR: "" };

    test("run leads, status and history tell, the next run takes over with a higher epoch", async () => {
      const sandbox = new Sandbox();
      const first = await sandbox.run(["run", "orders", "--", "sh", "-c", "echo $LEASE_EPOCH"], env);
      expect(first).toMatchObject({ code: 0, stdout: "1\n" });
      const second = await sandbox.run(["run", "orders", "--store", url, "--", "sh", "-c", "echo $LEASE_EPOCH"]);
      expect(second).toMatchObject({ code: 0, stdout: "2\n" });
      const { leases, store } = await sandbox.json(["status", "orders"], env);
      expect({ leases, store }).toMatchObject({ leases: [{ name: "orders", epoch: 2, state: "free" }], store: url });
      const { terms } = await sandbox.json(["history", "orders"], env);
      expect(terms).toMatchObject([
        { epoch: 1, endReason: "released" },
        { epoch: 2, endReason: "released" },
      ]);
    });

    test("diagnose tells from the server's own journal why a term ended", async () => {
      const sandbox = new Sandbox();
      const holder = sandbox.start(["run", "mail", "--ttl", "2s", "--", "sh", "-c", "echo leads; exec sleep 60"], env);
      await holder.line(/leads/u);
      await holder.end();
      await sandbox.run(["run", "mail", "--", "true"], env);
      const { stdout, code } = await sandbox.run(["diagnose", "--store", url, "--lease", "mail", "--json"]);
      expect({ code, ...documentIn("finding", stdout) }).toMatchObject({
        code: 0,
        terms: [{ epoch: 1 }, { epoch: 2 }],
        findings: [{ ruleId: "holder-died", confidence: "high" }],
      });
      const text = await sandbox.run(["diagnose", "--store", withPassword(url), "--lease", "mail"]);
      expect(text).toMatchObject({ stderr: expect.not.stringContaining(CANARY) as string });
      expect(text.stdout).not.toContain(CANARY);
    });

    test("a file that is adopted as its lease is none of another store's, of the same name or not", async () => {
      const sandbox = new Sandbox();
      const path = join(sandbox.directory, "state.json");
      writeFileSync(path, JSON.stringify({ leader_id: null, leader_epoch: 7, last_heartbeat: null, ttl_ms: 300 }));
      const own = ["adopt", path, "--own", "--name", "adopted"];
      const here = { TENURE_STORE: url, TENURE_DIR: "" };
      expect((await sandbox.run(own, here)).code).toBe(0);
      const record = join(sandbox.directory, ".local", "state", "tenure-engines", "adopted.adopted");
      const { storeId } = await sandbox.json(["status", "adopted"], here);
      const text = readFileSync(record, "utf8");
      expect(text).toContain(`"storeId":"${String(storeId)}"`);
      const folder = await sandbox.run([...own.slice(0, -1), "local"], { TENURE_STORE: "" });
      const local = await sandbox.run([...own.slice(0, -1), "local"], { TENURE_DIR: "" });
      for (const { code, stderr } of [folder, local]) {
        expect(code).toBe(64);
        expect(stderr).toContain(`tenure adopt ${path} --undo --name adopted --store URL`);
      }
      writeFileSync(record, text.replace(String(storeId), "another-store"));
      for (const verb of ["--own", "--undo"]) {
        const { code, stderr } = await sandbox.run(["adopt", path, verb, "--name", "adopted"], here);
        expect(code).toBe(64);
        expect(stderr).toMatch(/lease "adopted" of another store, another-store, .* remove \S*adopted\.adopted\n$/u);
      }
      writeFileSync(record, text);
      expect((await sandbox.run(["adopt", path, "--undo"], here)).code).toBe(0);
    });

    test("a waiting candidate on the same server leads once the first has given way", async () => {
      const sandbox = new Sandbox();
      const blue = sandbox.start(["run", "relay", "--holder", "blue", "--verbose", "--", "sleep", "1000"], env);
      await blue.line(/started/u);
      const says = ["--", "sh", "-c", "echo $LEASE_EPOCH"];
      const green = sandbox.start(["run", "relay", "--holder", "green", "--verbose", ...says], env);
      await green.line(/waiting for "relay"/u);
      await sandbox.json(["transfer", "relay", "--to", "green"], env);
      expect(await green.ended).toMatchObject({ code: 0, stdout: "2\n" });
      await blue.ended;
    });

    test("who waits is told that the server is away, waits on, and leads once it is back", async () => {
      const sandbox = new Sandbox();
      const blue = sandbox.start(["run", "outage", "--holder", "blue", "--verbose", "--", "sleep", "1000"], env);
      await blue.line(/started/u);
      const command = ["--", "sh", "-c", "echo leads with $LEASE_EPOCH"];
      const green = sandbox.start(["run", "outage", "--holder", "green", "--verbose", ...command], env);
      await green.line(/waiting for "outage"/u);
      await server?.crash();
      expect(await green.line(/^tenure: still waiting/u)).toContain(`${name}: `);
      await server?.restart();
      blue.signal("SIGTERM");
      expect(await green.line(/^leads with/u)).toBe("leads with 2");
      expect(await green.ended).toMatchObject({ code: 0 });
    });

    test.each([
      ["watched-all", []],
      ["watched", ["watched"]],
    ])("watch goes on over a restart of the server, and says so: %s", async (lease, names) => {
      const sandbox = new Sandbox();
      const watching = sandbox.start(["watch", ...names], env);
      await sandbox.json(["acquire", lease, "--holder", "blue", "--no-process", "--ttl", "5s"], env);
      await watching.line(new RegExp(` ${lease} .*"blue"`, "u"));
      await server?.crash();
      expect(await watching.line(/^tenure: still watching: /u)).toContain(`${name}: cannot `);
      await server?.restart();
      await watching.line(/^tenure: the store answers again$/u);
      await watching.line(new RegExp(` ${lease} not renewed in time by "blue"`, "u"));
      await sandbox.json(["break", lease, "--reason", "host lost"], env);
      await watching.line(new RegExp(` ${lease} revoked while held by "blue"`, "u"));
      watching.signal("SIGINT");
      const { code, stderr } = await watching.ended;
      expect(code).toBe(130);
      // A busy machine may be slow to answer once more.
      expect(stderr).toMatch(/^(?:tenure: still watching: [^\n]*\ntenure: the store answers again\n)+$/u);
    });

    test("doctor finds a healthy run well, and prints what the server guarantees", async () => {
      const sandbox = new Sandbox();
      const run = sandbox.start(["run", "examined", "--verbose", "--", "sleep", "1000"], env);
      await run.line(/started/u);
      const { code, stdout } = await sandbox.run(["doctor", "examined"], env);
      expect(code, stdout).toBe(0);
      expect(stdout).toMatch(/is this record really renewed +well +renewed while it was watched/u);
      expect(stdout).toMatch(/what the store guarantees\n {2}engine +(?:postgres|etcd|nats|redis)\n/u);
    });

    test("a server that came back older than this machine saw it is not believed", async () => {
      const sandbox = new Sandbox();
      const remembering = { ...env, XDG_STATE_HOME: sandbox.directory };
      const { storeId } = await sandbox.json(["status"], remembering);
      const path = join(sandbox.directory, "tenure-engines", "epochs.jsonl");
      await fileFence({ path }).raise({ storeId: String(storeId), name: "restored" }, 9);
      const ended = await sandbox.run(["run", "restored", "--", "true"], remembering);
      expect(ended).toMatchObject({ code: 80, stderr: /epoch 9 was seen here.*restored/su });
    });

    test("a password is printed by no verb and in no error", async () => {
      const sandbox = new Sandbox();
      const secret = withPassword(url);
      const said: string[] = [];
      for (const args of [
        ["status"],
        ["status", "--json"],
        ["config", "show", "--origin"],
        ["config", "show", "--json"],
        ["acquire", "orders", "--no-process", "--json"],
        ["init", "--store", secret],
        ...broken.map((store) => ["status", "--store", store, "--json"]),
      ]) {
        const { stdout, stderr } = await sandbox.run(args, { TENURE_STORE: secret, TENURE_DIR: "" });
        said.push(stdout, stderr);
      }
      expect(said.join("")).not.toContain(CANARY);
      expect(said.join("")).toContain("***");
    });

    test("the password comes from a file that the configuration names", async () => {
      const sandbox = new Sandbox();
      const configure = (store: string, storePasswordFile: string): void =>
        writeFileSync(join(sandbox.directory, "tenure.config.json"), JSON.stringify({ store, storePasswordFile }));
      writeFileSync(join(sandbox.directory, "secret"), "any\n");
      if (withUser !== null) {
        configure(withUser(url), "secret");
        expect(await sandbox.json(["status"], { TENURE_DIR: "" })).toMatchObject({ store: withUser(url) });
      }
      configure(withUser?.(url) ?? url, "no-such-file");
      expect(await sandbox.run(["status"], { TENURE_DIR: "" })).toMatchObject({ code: 78, stderr: /no-such-file/u });
    });
  });
}
