const zone = /(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/iu;

/**
 * Reads a time that another program wrote, as ISO 8601. Without a zone it is UTC, whatever the zone of this process.
 * @returns milliseconds since 1970, or `null` if it is no time.
 */
export function parseStamp(text: string): number | null {
  const ms = Date.parse(zone.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}
