/** The time that a line begins with in some other way than `YYYY-MM-DD`, or behind something; and what follows it. */
export interface Head {
  /** A text that begins with its time as most logs do; `null`: `at` says it. */
  readonly rest: string;
  readonly at: number | null;
}

/** `<134>1 2026-…`, as syslog sends it. */
const priority = /^<\d{1,3}>(?:1 )?(?=\S)/u;
/** `I, [2026-…T… #4242]  INFO -- : text`, as Ruby logs. */
const ruby = /^[A-Z], (?=\[\d{4}-)/u;
/** `INFO 2026-…`, `WARN: [2026-…`. */
const levelFirst = /^\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?[:\s|]+(?=\[?\d{4}[-/]\d\d)/u;
/** Seconds since 1970. */
const epoch = /^(\d{10}(?:\.\d{1,9})?)\s+(?=\S)/u;
/** `[Mon May  4 08:00:00.123 2026]`, as Apache, Erlang and `dmesg -T` write it. */
const named =
  /^\[?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d{1,9})? (\d{4})\]?\s*/u;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `null` for a line that begins in none of these ways. */
export function headOf(text: string): Head | null {
  for (const before of [priority, ruby, levelFirst])
    if (before.test(text)) return { rest: text.replace(before, ""), at: null };
  const seconds = epoch.exec(text);
  if (seconds !== null) return { rest: text.slice(seconds[0].length), at: Number(seconds[1]) * 1_000 };
  const day = named.exec(text);
  if (day === null) return null;
  const [all, month = "", date = "", time = "", fraction = "", year = ""] = day;
  const number = String(months.indexOf(month) + 1).padStart(2, "0");
  const at = Date.parse(`${year}-${number}-${date.padStart(2, "0")}T${time}${fraction}Z`);
  return Number.isNaN(at) ? null : { rest: text.slice(all.length), at };
}
