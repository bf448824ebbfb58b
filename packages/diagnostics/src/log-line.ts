import { parseStamp } from "@tenure/schema/light";
import { headOf } from "./readers/heads.ts";
import { logfmtIn } from "./readers/logfmt.ts";

/** One line, as far as its format tells: nothing of it is understood yet. */
export interface LogLine {
  /** `null`: it does not say when, or in a way that is not known. */
  readonly at: number | null;
  /** Whether a time stands there, where `at` is `null`. */
  readonly isUnclear?: boolean;
  /** The time that stands there names no zone, and was taken for UTC. */
  readonly isZoneless?: boolean;
  readonly message: string;
  /** What pointers of a mapping look into. */
  readonly document: unknown;
}

const SGR = "\\u001b\\[[0-9;]*m";
const colours = new RegExp(SGR, "gu");

const date = "(\\d{4})[-/](\\d\\d)[-/](\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))?";
/** What people call zones: most of these names mean several, so by themselves they are no time. */
const word =
  "(?:AC[DS]T|AE[DS]T|AK[DS]T|AW[DS]T|BRS?T|BST|CAT|C[DES]T|CEST|EAT|E[DES]T|EEST|H[DKS]T|I[DRS]T|JST|KST|M[DS]T|MSK|NZ[DS]T|P[DKS]T|SAST|SGT|WAT|WES?T|WI[ABT]|GMT|UTC)\\b";
/** Behind a blank only what is an hour somewhere is a zone: a message may begin with a number. */
const zone = "Z| ?(?:UTC|GMT)\\b|[+-]\\d\\d(?::?\\d\\d)?(?!\\d)| [+-](?:0\\d|1[0-4]):?(?:00|15|30|45)(?!\\d)";
const stamp = new RegExp(`^\\s*\\[?(${date}(?:${zone})?(?: ${word})?)\\]?\\s*`, "u");
/** The same as a value, behind which there is no message. */
const moment = new RegExp(`^\\s*${date}(?: ?(?:(Z|UTC|GMT|[+-]\\d\\d)(?::?(\\d\\d))?)(?: [A-Z]{3,5})?)?\\s*$`, "u");
/** A time of day near the head of a line. */
const clock = /^.{0,32}?\b\d\d:\d\d:\d\d\b/u;
/** Also as Python's loggers put it inside the brackets of the time: `[time: LEVEL/process] text`. */
const level =
  /^:?\s*\[?(TRACE|DEBUG|INFO|NOTICE|OK|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL)(?:\/[^\]\s]{1,64})?\]?:?\s+(?:-- : |-- \S+: |\|\s+)?/u;
const source = /^\[([^\]]{1,256})\]\s+/u;

/** The years that a stamp has: what is shown of a time is a stamp again. */
const [EARLIEST_MS, LATEST_MS] = [Date.parse("0000-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/** `null`: that is no time. */
export function momentOf(ms: number | null): number | null {
  return ms !== null && ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null;
}

/** Milliseconds since 1970; a time without a zone is taken as UTC. `null`: no time. */
export function timeIn(value: unknown): number | null {
  if (typeof value === "number") return value > 0 ? momentOf(fromEpoch(value)) : null;
  const parts = typeof value === "string" ? moment.exec(value) : null;
  if (parts === null) return null;
  const [, year, month, day, time, fraction = "0", hours = "Z", minutes = "00"] = parts;
  const offset = /\d/u.test(hours) ? `${hours}:${minutes}` : "Z";
  return momentOf(parseStamp(`${year}-${month}-${day}T${time}.${fraction}${offset}`));
}

/** Whether a time that was written names no zone. */
function zoneOf(value: unknown): Pick<LogLine, "isZoneless"> {
  const parts = typeof value === "string" ? moment.exec(value) : null;
  return parts !== null && parts[6] === undefined ? { isZoneless: true } : {};
}

/** Seconds, milliseconds, micro- and nanoseconds tell themselves apart by their size. */
function fromEpoch(value: number): number {
  if (value < 1e11) return value * 1_000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1_000 : value / 1e6;
}

export function withoutColours(text: string): string {
  return text.includes("\u001b") ? text.replaceAll(colours, "") : text;
}

/** What stands between the time and the text: a container's runtime puts `stdout F `, Ruby the process. */
const behind = /^(?:(?:stdout|stderr) [FP] |#\d+\]\s*|\|\s*)/u;

/** `[time] [LEVEL] [source] text`, with or without the brackets, and whatever has no time at all; also what such a line wraps. */
export function plainLine(text: string): LogLine {
  const line = withoutColours(text).trimEnd();
  const head = stamp.test(line) ? null : headOf(line);
  if (head === null) return stampedLine(line);
  return head.at === null ? stampedLine(head.rest) : saidAt(head.at, head.rest);
}

/** A line whose time, if it has one, stands first. */
function stampedLine(text: string): LogLine {
  const time = stamp.exec(text);
  if (time === null)
    return wrappedLine(text) ?? { at: null, isUnclear: clock.test(text), message: text, document: { message: text } };
  return { ...saidAt(timeIn(time[1]), text.slice(time[0].length)), ...zoneOf(time[1]) };
}

function saidAt(at: number | null, text: string): LogLine {
  let rest = text.replace(behind, "");
  const wrapped = wrappedLine(rest);
  if (wrapped !== null) return { ...wrapped, at: wrapped.at ?? at, isUnclear: true };
  const severity = level.exec(rest);
  if (severity !== null) rest = rest.slice(severity[0].length);
  const from = severity === null ? null : source.exec(rest);
  if (from !== null) rest = rest.slice(from[0].length);
  const document = { level: severity?.[1], source: from?.[1], message: rest };
  return { at, isUnclear: at === null, message: rest, document };
}

/** A line of pairs, or a document, that a collector put into another line. */
function wrappedLine(text: string): LogLine | null {
  if (!text.startsWith("{")) {
    const pairs = logfmtIn(text);
    return pairs === null ? null : jsonLine(pairs);
  }
  try {
    return jsonLine(JSON.parse(text) as object);
  } catch {
    return null;
  }
}

interface FieldNames {
  readonly time?: readonly string[] | undefined;
  readonly message?: readonly string[] | undefined;
}

const usual = {
  time: ["timestamp", "time", "ts", "@timestamp", "t", "date", "asctime", "datetime"],
  message: ["message", "msg", "text", "event", "textPayload", "@message", "body", "log"],
};

/** What the fields of a JSON-lines log are called, the first that is there counts. */
export function fieldsOf({ time, message }: FieldNames = {}): { time: readonly string[]; message: readonly string[] } {
  return { time: time ?? usual.time, message: message ?? usual.message };
}

/** Fields in which loggers put what went wrong, beside a message that says what was being done. */
export const errorFields: readonly string[] = ["err", "error", "exception"];

/** An object of a JSON-lines log. */
export function jsonLine(document: object, names?: FieldNames): LogLine {
  const of = document as Record<string, unknown>;
  const fields = fieldsOf(names);
  const time = fields.time.find((name) => of[name] !== undefined);
  const message = fields.message.find((name) => typeof of[name] === "string");
  const text = message === undefined ? "" : (of[message] as string).trimEnd();
  const at = time === undefined ? null : timeIn(of[time]);
  const written = time === undefined ? null : of[time];
  const isUnclear =
    at === null && (typeof written === "number" || (typeof written === "string" && /\d/u.test(written)));
  if (message === WRAPPING) return unwrapped(document, text, { at, isUnclear });
  const errors = errorFields.flatMap((name) => errorIn(of[name]));
  return {
    at,
    isUnclear,
    ...zoneOf(written),
    message: [...(text === "" ? [] : [text]), ...errors.filter((each) => !text.includes(each))].join(": "),
    document,
  };
}

/** Where Docker puts a whole line. */
export const WRAPPING = "log";

/** As Docker keeps a container's lines: whole, and with the time at which they came. */
function unwrapped(
  document: object,
  text: string,
  { at, isUnclear }: { readonly at: number | null; readonly isUnclear: boolean },
): LogLine {
  const line = plainLine(text);
  return {
    at: line.at ?? at,
    isUnclear: isUnclear || line.isUnclear === true,
    message: line.message,
    document: { ...document, ...(line.document as object) },
  };
}

const ERROR_MAX_LENGTH = 500;

/** An error as a text, or as an object with a code and a message. */
function errorIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value.slice(0, ERROR_MAX_LENGTH)];
  if (typeof value !== "object" || value === null) return [];
  const { code, message } = value as Record<string, unknown>;
  return [code, message]
    .filter((each) => typeof each === "string" && each !== "")
    .map((each) => String(each).slice(0, ERROR_MAX_LENGTH));
}
