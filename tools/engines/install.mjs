// Installs the servers that tests want and this machine lacks, from Debian, as root. Says what it did; exits 1 when one is still missing.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";

/** What is looked for, the package that brings it, and the service that comes with it. */
const engines = [
  { package: "postgresql", service: "postgresql", there: () => folders("/usr/lib/postgresql").length > 0 },
  { package: "pgbouncer", service: "pgbouncer", there: () => existsSync("/usr/sbin/pgbouncer") },
  { package: "etcd-server", service: "etcd", there: () => existsSync("/usr/bin/etcd") },
  {
    package: "redis-server",
    service: "redis-server",
    there: () => ["redis-server", "valkey-server"].some((it) => existsSync(`/usr/bin/${it}`)),
  },
  {
    package: "nats-server",
    service: "nats-server",
    there: () => ["/usr/bin", "/usr/sbin"].some((folder) => existsSync(`${folder}/nats-server`)),
  },
];

/** What Debian's packages ask before they start a service. Tests start servers of their own: none of the system's is to run. */
const POLICY = "/usr/sbin/policy-rc.d";

function folders(path) {
  return existsSync(path) ? readdirSync(path) : [];
}

const wanted = engines.filter(({ there }) => !there());
const missing = wanted.map((engine) => engine.package);
if (missing.length === 0) process.exit(0);
console.error(`installing ${missing.join(", ")}`);
const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
const apt = (...args) =>
  execFileSync("apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=60", ...args], { stdio: ["ignore", 2, 2], env });
const hasPolicy = existsSync(POLICY);
try {
  if (!hasPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  apt("update");
  apt("install", "--no-install-recommends", ...missing);
} catch (error) {
  console.error(`cannot install ${missing.join(", ")}: ${error.message}`);
} finally {
  if (!hasPolicy) rmSync(POLICY, { force: true });
}
// Nor at the next boot.
if (existsSync("/bin/systemctl"))
  for (const { service, there } of wanted)
    if (there()) execFileSync("systemctl", ["disable", service], { stdio: ["ignore", 2, 2] });
process.exit(engines.every(({ there }) => there()) ? 0 : 1);
