export interface JsonBounds {
  readonly maxLength: number;
  readonly maxDepth: number;
}
/** stub */
export function parseBoundedJson(text: string, bounds: JsonBounds): unknown {
  if (text.length > bounds.maxLength) throw new Error("too long");
  return JSON.parse(text);
}
