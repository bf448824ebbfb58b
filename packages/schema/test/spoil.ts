import * as fc from "fast-check";

type Step = string;

/** Values of every JSON kind, and those near a bound of some field. */
const oddValues: unknown[] = [
  null,
  true,
  "",
  " ",
  "é",
  "a\u202Eb",
  "a\u200Bb",
  "a\nb",
  "a\uD800b",
  "😀".repeat(256),
  "😀".repeat(257),
  "x".repeat(128),
  "x".repeat(129),
  "x".repeat(1024),
  "x".repeat(1025),
  "..",
  "-rf",
  "1.0",
  "1.7",
  "01.0",
  "2.0",
  "2026-01-31T08:30:00",
  "2026-01-31T08:30:00+01:00",
  "2026-13-31T08:30:00Z",
  "2026-01-31T24:00:00Z",
  "2026-01-31T08:30:00Z",
  "2026-01-31T08:30:00Z\n",
  "transferred",
  "lease.lost",
  0,
  -0,
  -1,
  0.5,
  1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 53 - 1,
  366 * 24 * 3_600_000,
  366 * 24 * 3_600_000 + 0.5,
  1e12 + 0.5,
  1e15,
  [],
  {},
  [{}],
];

/** A document with one place replaced, removed, or given a field nobody knows. */
export function spoiled(document: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(document);
  const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...oddValues) }, fc.jsonValue({ maxDepth: 2 }));
  return fc.oneof(
    fc.tuple(fc.constantFrom(...paths), value).map(([path, odd]) => change(document, path, () => odd)),
    fc.constantFrom(...paths).map((path) => change(document, path, () => undefined)),
    fc
      .tuple(fc.constantFrom(...paths), fc.string(), value)
      .map(([path, key, odd]) => change(document, path, (old) => withField(old, key, odd))),
    fc.jsonValue({ maxDepth: 2 }),
  );
}

function withField(old: unknown, key: string, value: unknown): unknown {
  return typeof old === "object" && old !== null && !Array.isArray(old) ? { ...old, [key]: value } : value;
}

function pathsOf(value: unknown): Step[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, field]) => pathsOf(field).map((path) => [key, ...path]))];
}

/** A changed copy; `undefined` removes. */
function change(value: unknown, [step, ...rest]: Step[], edit: (old: unknown) => unknown): unknown {
  if (step === undefined) return edit(value);
  const copy = { ...(value as Record<string, unknown>) };
  copy[step] = change(copy[step], rest, edit);
  if (copy[step] === undefined) delete copy[step];
  return copy;
}
