// Installs the servers that tests want and this machine lacks, from Debian, as root. Says what it did; exits 1 when one is still missing.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** What is looked for, and the package that brings it. */
const engines = [{ package: "postgresql", there: () => folders("/usr/lib/postgresql").length > 0 }];

function folders(path) {
  return existsSync(path) ? readdirSync(path) : [];
}

const missing = engines.filter(({ there }) => !there()).map((engine) => engine.package);
if (missing.length === 0) process.exit(0);
console.error(`installing ${missing.join(", ")}`);
const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
const apt = (...args) =>
  execFileSync("apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=60", ...args], { stdio: ["ignore", 2, 2], env });
try {
  apt("update");
  apt("install", "--no-install-recommends", ...missing);
} catch (error) {
  console.error(`cannot install ${missing.join(", ")}: ${error.message}`);
}
process.exit(engines.every(({ there }) => there()) ? 0 : 1);
