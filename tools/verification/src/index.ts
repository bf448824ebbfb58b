// `npm run verification -- [--write]`, as root: a leader and a standby as in production, on files and on PostgreSQL at once. Ten minutes at most.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { missing, startPostgres, type Engine } from "@tenure/engines";
import { folderOfTheUser, Host, Network } from "./host.ts";
import { stagesOf, type Stage } from "./stages.ts";

const { values: options } = parseArgs({ options: { write: { type: "boolean", default: false } } });
if (process.getuid?.() !== 0) {
  console.error("needs root, to make namespaces; what is verified runs as an ordinary user");
  process.exit(77);
}

const directory = mkdtempSync(join(tmpdir(), "tenure-verification-"));
// The user may go through, and sees what is theirs.
process.umask(0o022);
folderOfTheUser(directory);
const network = new Network();
const hosts: Host[] = [];
let server: Engine | null = null;
try {
  server = await startPostgres({ elsewhere: network });
  if (server === null) throw new Error(missing("PostgreSQL"));
  const url = `${server.url.replace("127.0.0.1", network.address)}?sslmode=disable`;
  const [files, postgres] = await Promise.all([
    verify("files", ["--dir", join(directory, "state")], null),
    verify("postgres", ["--store", url], server),
  ]);
  const all = [...files, ...postgres];
  for (const { isWell, ...stage } of all) console.log(isWell ? "well" : "ILL ", JSON.stringify(stage));
  if (options.write) write({ files, postgres });
  process.exitCode = all.every(({ isWell }) => isWell) ? 0 : 1;
} finally {
  await Promise.all(hosts.map((host) => host.end()));
  await server?.stop();
  network.remove();
  rmSync(directory, { recursive: true, force: true });
}

async function verify(lease: string, store: readonly string[], of: Engine | null): Promise<readonly Stage[]> {
  const book = join(folderOfTheUser(join(directory, lease)), "book");
  const place = { store, book, env: { TENURE_FLOOR_DIR: folderOfTheUser(join(directory, "floors")) } };
  const [north, south] = ["north", "south"].map((name) => new Host(`${lease}-${name}`, network, directory, place));
  if (north === undefined || south === undefined) throw new Error("there are two hosts");
  hosts.push(north, south);
  const stages: Stage[] = [];
  const tell = (text: string): void => console.error(`${new Date().toISOString()} ${lease}: ${text}`);
  for await (const stage of stagesOf({ lease, north, south, book, server: of, tell })) stages.push(stage);
  return stages;
}

/** The report, in the document, between its two marks. */
function write(found: Readonly<Record<string, readonly Stage[]>>): void {
  const page = fileURLToPath(new URL("../../../docs/verification.md", import.meta.url));
  const [begin, end] = ["<!-- verification -->", "<!-- /verification -->"];
  const [head, rest = ""] = readFileSync(page, "utf8").split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined) throw new Error(`${page} has no place for the report: ${begin} … ${end}`);
  const [load = 0] = loadavg();
  const machine = `${availableParallelism()} cores at a load of ${load.toFixed(0)}, Linux ${release()}, Node ${process.version}, ${new Date().toISOString()}.`;
  const tables = Object.entries(found).map(([store, stages]) => {
    const rows = stages.map(
      ({ done, must, found: what, isWell }) => `| ${done} | ${must} | ${what} | ${isWell ? "yes" : "**no**"} |`,
    );
    return `### On ${store}\n\n| what was done | what must follow | what did | well |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
  });
  writeFileSync(page, `${head}${begin}\n\n${machine}\n\n${tables.join("\n\n")}\n\n${end}${tail}`);
}
