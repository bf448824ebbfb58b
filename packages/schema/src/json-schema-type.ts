/** A JSON Schema document, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
