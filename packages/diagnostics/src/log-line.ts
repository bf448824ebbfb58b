/** One line, as far as its format tells: nothing of it is understood yet. */
export interface LogLine {
  /** `null`: it does not say when. */
  readonly at: number | null;
  readonly message: string;
  /** What pointers of a mapping look into. */
  readonly document: unknown;
}

const SGR = "\\u001b\\[[0-9;]*m";
const colours = new RegExp(SGR, "gu");
const stamp = /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)\]?\s*/u;
const level = /^\[?(TRACE|DEBUG|INFO|NOTICE|OK|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?\s+/u;
const source = /^\[([^\]]{1,256})\]\s+/u;

/** Milliseconds since 1970; a time without a zone is taken as UTC. `null`: no time. */
export function timeIn(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) && value > 0 ? fromEpoch(value) : null;
  if (typeof value !== "string" || !stamp.test(value)) return null;
  const text = value.replaceAll("/", "-").replace(" ", "T").replace(",", ".");
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/u.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Seconds, milliseconds, micro- and nanoseconds tell themselves apart by their size. */
function fromEpoch(value: number): number {
  if (value < 1e11) return value * 1_000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1_000 : value / 1e6;
}

/** `[time] [LEVEL] [source] text`, with or without the brackets, and whatever has no time at all. */
export function plainLine(text: string): LogLine {
  let rest = text.includes("\u001b") ? text.replace(colours, "") : text;
  const time = stamp.exec(rest);
  if (time === null) return { at: null, message: rest, document: { message: rest } };
  rest = rest.slice(time[0].length);
  const severity = level.exec(rest);
  if (severity !== null) rest = rest.slice(severity[0].length);
  const from = severity === null ? null : source.exec(rest);
  if (from !== null) rest = rest.slice(from[0].length);
  const document = { level: severity?.[1], source: from?.[1], message: rest };
  return { at: timeIn(time[1]), message: rest, document };
}

interface FieldNames {
  readonly time?: readonly string[] | undefined;
  readonly message?: readonly string[] | undefined;
}

const usual = {
  time: ["timestamp", "time", "ts", "@timestamp", "t", "date"],
  message: ["message", "msg", "text", "event"],
};

/** What the fields of a JSON-lines log are called, the first that is there counts. */
export function fieldsOf({ time, message }: FieldNames = {}): { time: readonly string[]; message: readonly string[] } {
  return { time: time ?? usual.time, message: message ?? usual.message };
}

/** An object of a JSON-lines log. */
export function jsonLine(document: object, names?: FieldNames): LogLine {
  const of = document as Record<string, unknown>;
  const fields = fieldsOf(names);
  const time = fields.time.find((name) => of[name] !== undefined);
  const message = fields.message.find((name) => typeof of[name] === "string");
  return {
    at: time === undefined ? null : timeIn(of[time]),
    message: message === undefined ? "" : (of[message] as string),
    document,
  };
}
