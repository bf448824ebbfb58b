import * as fc from "fast-check";

/** One thing that may happen to the bytes of a file. Places and lengths are shares of what is there. */
export type Damage =
  | { readonly kind: "truncate"; readonly at: number }
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "remove" | "repeat" | "zero"; readonly at: number; readonly length: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Now and then exactly at the end, where power cuts leave their marks. */
const at = fc.oneof(share, fc.double({ min: 0.95, max: 1, noNaN: true }));
const text = fc.constantFrom("\n", "{}\n", "null\n", '{"v":1}\n', "\0", '{"v":2,"seq":1,"prev":""}\n');

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant("truncate" as const), at }),
  fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat({ max: 7 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at,
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      text.map((each) => Buffer.from(each)),
    ),
  }),
  fc.record({
    kind: fc.constantFrom("remove" as const, "repeat" as const, "zero" as const),
    at,
    length: fc.oneof(share, fc.double({ min: 0, max: 0.02, noNaN: true })),
  }),
);

export const damages: fc.Arbitrary<Damage[]> = fc.array(damage, { minLength: 1, maxLength: 4 });

export function spoil(bytes: Buffer, wrongs: readonly Damage[]): Buffer {
  return wrongs.reduce(spoilOnce, bytes);
}

function spoilOnce(bytes: Buffer, wrong: Damage): Buffer {
  const from = Math.floor(wrong.at * bytes.length);
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  if (wrong.kind === "truncate") return Buffer.from(before);
  if (wrong.kind === "insert") return Buffer.concat([before, wrong.bytes, after]);
  if (wrong.kind === "flip") {
    const flipped = Buffer.from(bytes);
    const byte = flipped[from];
    if (byte !== undefined) flipped[from] = byte ^ (1 << wrong.bit);
    return flipped;
  }
  const length = Math.ceil(wrong.length * bytes.length);
  const part = after.subarray(0, length);
  const rest = after.subarray(length);
  const instead = { remove: [], repeat: [part, part], zero: [Buffer.alloc(part.length)] }[wrong.kind];
  return Buffer.concat([before, ...instead, rest]);
}
