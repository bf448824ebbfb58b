import { htmlOf, learn, markdownOf, type DiagnoseOptions } from "@tenure/diagnostics";
import { timeSchema } from "@tenure/schema";
import { redact } from "@tenure/schema/light";
import { InvalidArgumentError, type Command } from "commander";
import { openExisting } from "../context.ts";
import { commitNamed } from "../diagnose/commit.ts";
import { diagnosed } from "../diagnose/drafted.ts";
import { gitSourceOf } from "../diagnose/git.ts";
import { draftNotes } from "../diagnose/learned.ts";
import { readMapping } from "../diagnose/mapping.ts";
import { Progress } from "../diagnose/progress.ts";
import { assertReport, writeReport } from "../diagnose/report.ts";
import { serverJournals } from "../diagnose/server-journals.ts";
import { sourcesIn } from "../diagnose/sources.ts";
import { diagnosisInWords } from "../diagnose/text.ts";
import { usageError } from "../failure.ts";
import { notEmpty } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { columnsOf, isTerminal } from "../output/terminal.ts";
import { verb } from "./verb.ts";

interface Flags {
  readonly store?: string;
  readonly git?: string[];
  readonly lease?: string;
  readonly mapping?: string[];
  readonly sinceChange?: number[];
  readonly fix?: string[];
  readonly repository: string;
  readonly markdown?: boolean;
  readonly html?: string;
  readonly learn?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function diagnose(program: Command): void {
  verb(program, "diagnose [path...]", {
    summary: "Say from journals and logs why a lease was lost",
    does: "Read journals and logs, of tenure or of any other system, and say why the lease was lost: the causes, each with the lines that show it",
    json: "one document on stdout (tenure schema finding; of --learn: mapping)",
    examples: [
      ["tenure diagnose ~/.local/state/tenure", "tenure's own journals"],
      ["tenure diagnose --store postgres://host/app --lease orders", "those that a server keeps"],
      ["tenure diagnose logs/ --mapping mine.json", "logs of another system"],
      ["tenure diagnose logs/ --git memory/state.json --mapping mine.json", "and what git remembers of a state file"],
      ["tenure diagnose logs/ --mapping mine.json --fix 8f6b809", "whether that commit changed anything"],
      ["tenure diagnose logs/ --learn > mine.json", "a draft of such a mapping"],
      ["tenure diagnose logs/ --html post-mortem.html", "a page with a timeline"],
      ["tenure diagnose logs/ --markdown > post-mortem.md", "a draft to edit"],
    ],
    exitCodes: [
      "0   a diagnosis was made, whatever it says",
      "69  a path or a server cannot be read",
      "78  the mapping is none",
    ],
  })
    .option("--store <url>", "the journals of a server as well, as postgres://user@host/database", notEmpty)
    .option("--mapping <file>", "what the lines of another system mean (tenure schema mapping)", collected)
    .option("--git <file>", "every version of a state file that its git repository has", collected)
    .option("--lease <name>", "which lease, where the files tell of several")
    .option("--since-change <time>", "whether what changed then altered anything (RFC 3339)", timesOf)
    .option("--fix <commit>", "the same for a commit, at the time git gives for it", collected)
    .option("--repository <dir>", "where --fix asks git", ".")
    .option("--markdown", "a post-mortem in Markdown")
    .option("--html <file>", "also write a page to look at: timeline, findings, charts")
    .option("--learn", "draft a mapping for these logs instead; what is unsure of it goes to stderr")
    .option("--all", "every line of evidence and every term")
    .action(perform);
}

async function perform(paths: readonly string[], flags: Flags): Promise<void> {
  if (flags.json && flags.markdown) throw usageError("--json and --markdown exclude each other");
  if (paths.includes("")) throw usageError("a path is empty");
  if (flags.learn) return await draft(paths, flags);
  if (flags.html !== undefined) assertReport(flags.html);
  const mappings = (flags.mapping ?? []).map(readMapping);
  const { git = [], store } = flags;
  if (paths.length === 0 && git.length === 0 && store === undefined)
    throw usageError("missing required argument 'path', or --store <url>, or --git <file>");
  await using context = store === undefined ? undefined : await openExisting({ store });
  const kept =
    store === undefined || context === undefined ? [] : await serverJournals(context.store, redact(store), flags.lease);
  const sources = [...sourcesIn(paths), ...kept, ...git.map(gitSourceOf)];
  const progress = new Progress(sources, tell);
  const options: DiagnoseOptions = {
    mappings,
    ...(flags.lease !== undefined && { lease: flags.lease }),
    changes: [
      ...(flags.sinceChange ?? []).map((at) => ({ at })),
      ...(flags.fix ?? []).map((name) => commitNamed(name, flags.repository)),
    ],
    ...(isTerminal("stderr") && progress.hooks),
  };
  const document = await diagnosed(sources, options);
  progress.end();
  if (flags.html !== undefined) writeReport(flags.html, htmlOf(document));
  if (flags.json) return printDocument(document);
  if (flags.markdown) return print(markdownOf(document));
  const onTerminal = isTerminal("stdout");
  const columns = columnsOf("stdout") ?? PLAIN_COLUMNS;
  const palette = paletteFor("stdout");
  print(diagnosisInWords(document, { palette, columns, isTerminal: onTerminal, all: flags.all === true }));
}

async function draft(paths: readonly string[], flags: Flags): Promise<void> {
  if (flags.markdown || flags.html !== undefined || flags.mapping !== undefined || flags.store !== undefined)
    throw usageError("--learn drafts a mapping, and makes no diagnosis: it goes with --json alone");
  const { mapping, notes } = await learn(sourcesIn(paths));
  print(`${JSON.stringify(mapping, null, flags.json ? 0 : 2)}\n`);
  tell(draftNotes(notes));
}

function collected(name: string, before: readonly string[] = []): string[] {
  return [...before, name];
}

function timesOf(text: string, before: readonly number[] = []): number[] {
  const ms = timeSchema.safeParse(text).success ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError("A time is RFC 3339 in UTC, as 2026-01-31T08:30:00Z.");
  return [...before, ms];
}

const PLAIN_COLUMNS = 140;
