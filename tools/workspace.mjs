// The one way into this workspace, for people and for CI. It needs Node and npm, nothing else:
//
//   node tools/workspace.mjs start [arguments]   build, then the demo, or `tenure` with the arguments
//   node tools/workspace.mjs test                everything that must hold, and the tally as the last line
//   node tools/workspace.mjs bench [arguments]   build, then the benchmarks
//   node tools/workspace.mjs clean               remove what was built
//   node tools/workspace.mjs turbo run <task>    a task of every package
//   node tools/workspace.mjs exec <command>      any command, here, with pnpm and the workspace's tools on PATH
//
// Dependencies are installed first when the lockfile changed since the last install.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tally } from "./tally.mjs";
import { packageDirectories } from "./workspace-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const inRoot = (...parts) => join(root, ...parts);
const manifest = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
/** Slower than this, a silent step says what it is doing. */
const QUIET_MS = 2_000;

const caller = process.cwd();
process.chdir(root);
requireNode();
process.exitCode = await main(process.argv.slice(2));

async function main([verb = "help", ...rest]) {
  if (verb === "help" || verb === "--help") return usage(0);
  if (verb === "clean") return clean();
  const env = environment(await pnpmDirectory());
  if (await install(env)) return 1;
  switch (verb) {
    case "start":
      return await start(env, rest);
    case "test":
      return await test(env, rest);
    case "bench":
      return (
        (await build(env, ["@tenure/bench..."])) ||
        (await run(process.execPath, ["dist/index.js", ...rest], { env, cwd: inRoot("bench") }))
      );
    case "turbo":
      return await turbo(env, rest);
    case "exec":
      return rest.length === 0 ? usage(64) : await run(rest[0], rest.slice(1), { env, cwd: caller });
    default:
      return usage(64);
  }
}

async function start(env, args) {
  const demo = args.length === 0;
  const wanted = demo ? ["@tenure/cli...", "@tenure/example-orchestrator..."] : ["@tenure/cli..."];
  const failed = await build(env, wanted);
  if (failed) return failed;
  if (demo) return await run(process.execPath, ["dist/demo.js"], { env, cwd: inRoot("examples/orchestrator") });
  // Paths are the caller's, and npm runs us in the root.
  return await run(process.execPath, [inRoot("apps/cli/dist/tenure.cjs"), ...args], {
    env: process.env,
    cwd: process.env.INIT_CWD ?? root,
  });
}

async function test(env, args) {
  for (const directory of packageDirectories(root))
    rmSync(join(directory, ".vitest"), { recursive: true, force: true });
  // In CI nothing is taken from a cache: tests that start processes prove something about this machine, now.
  const force = process.env.CI ? ["--force"] : [];
  const tasks = ["build", "check", "test", "check:api", "check:lint", "check:format", "check:unused", "check:versions"];
  const tasksFailed = await turbo(env, ["run", ...tasks, "--continue=always", "--concurrency=2", ...force, ...args]);
  const boundaries = await quietly("checking the walls between packages", "turbo", ["boundaries"], env);
  return tally(root, [tasksFailed && "a task above", boundaries && "turbo boundaries"].filter(Boolean));
}

function build(env, filters) {
  return quietly("building", "turbo", ["run", "build", ...filters.map((filter) => `--filter=${filter}`)], env);
}

function turbo(env, args) {
  return run("turbo", args, { env });
}

/** Installs only when the lockfile differs from the copy pnpm keeps of the one it installed. */
async function install(env) {
  if (read("pnpm-lock.yaml") === read("node_modules/.pnpm/lock.yaml")) return 0;
  return await quietly("installing dependencies", "pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], env);
}

/**
 * The folder of the `pnpm` that package.json pins. npm fetches it once; the folder is remembered, since asking npm costs most of a second.
 */
async function pnpmDirectory() {
  const pin = manifest.packageManager;
  const memory = inRoot("node_modules/.cache/tenure/pnpm.json");
  const known = existsSync(memory) ? JSON.parse(readFileSync(memory, "utf8")) : {};
  if (known.pin === pin && existsSync(join(known.directory, "pnpm"))) return known.directory;

  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const print = "process.stdout.write(process.env.PATH)";
  const args = [...npm.slice(1), "exec", "--yes", "--prefer-offline", `--package=${pin}`, "--", "node", "-e", print];
  const { status, stdout, error } = spawnSync(npm[0], args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const directory = (stdout ?? "").split(delimiter).find((folder) => existsSync(join(folder, "pnpm")));
  if (status !== 0 || directory === undefined) {
    console.error(`npm could not provide ${pin}${error ? `: ${error.message}` : ""}`);
    process.exit(1);
  }
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ pin, directory }));
  return directory;
}

function environment(pnpm) {
  return {
    ...process.env,
    PATH: [pnpm, inRoot("node_modules/.bin"), process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  };
}

/** Runs a command whose output matters only when it fails; what it does shows on a terminal, or when it takes long. */
async function quietly(what, command, args, env) {
  const terminal = process.stderr.isTTY;
  const say = () => process.stderr.write(terminal ? `\r${what} …` : `${what} …\n`);
  const timer = terminal ? void say() : setTimeout(say, QUIET_MS);
  const chunks = [];
  const code = await run(command, args, { env, onOutput: (chunk) => chunks.push(chunk) });
  clearTimeout(timer);
  if (terminal) process.stderr.write("\r\u001b[K");
  if (code !== 0) {
    process.stderr.write(Buffer.concat(chunks));
    console.error(`${what}: failed`);
  }
  return code;
}

/** Runs a command to its end, hands on signals, and answers with its exit code as a shell would. */
function run(command, args, { env, cwd = root, onOutput }) {
  return new Promise((resolve) => {
    const piped = onOutput !== undefined;
    const child = spawn(command, args, { env, cwd, stdio: piped ? ["ignore", "pipe", "pipe"] : "inherit" });
    child.stdout?.on("data", onOutput);
    child.stderr?.on("data", onOutput);
    // A terminal signals the whole group, so the child has SIGINT already; it decides how to end, and we follow.
    const forward = (signal) => child.kill(signal);
    const ignore = () => {};
    const interrupt = process.stdin.isTTY ? ignore : forward;
    process.on("SIGINT", interrupt).on("SIGTERM", forward).on("SIGHUP", forward);
    const end = (code) => {
      process.off("SIGINT", interrupt).off("SIGTERM", forward).off("SIGHUP", forward);
      resolve(code);
    };
    child.on("error", (error) => {
      console.error(error.code === "ENOENT" ? `${command}: not found` : `${command}: ${error.message}`);
      end(127);
    });
    child.on("close", (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}

function clean() {
  for (const directory of packageDirectories(root)) {
    for (const built of ["dist", ".types", "test/.types", ".vitest", ".turbo", "coverage"])
      rmSync(join(directory, built), { recursive: true, force: true });
  }
  rmSync(inRoot(".turbo"), { recursive: true, force: true });
  return 0;
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`tenure needs Node ${manifest.engines.node}; this is ${process.versions.node}`);
  process.exit(1);
}

function read(path) {
  return existsSync(inRoot(path)) ? readFileSync(inRoot(path), "utf8") : undefined;
}

function usage(code) {
  console.error(
    "usage: node tools/workspace.mjs start|test|bench|clean|turbo|exec [arguments]   (CONTRIBUTING.md says more)",
  );
  return code;
}
