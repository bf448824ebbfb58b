import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema } from "./number.ts";

const text = z.string().max(4_096);

/** Whether the gaps from a leader's last renewal to the next leader changed when somebody changed something. */
export const effectSchema = z.looseObject({
  at: text,
  /** What the change is called: a claimed cause, a commit. */
  label: text.nullable(),
  /** Gaps known on each side, and their medians. */
  before: countSchema,
  after: countSchema,
  beforeMedianMs: z.number().nullable(),
  afterMedianMs: z.number().nullable(),
  /** The test, by name. */
  test: text,
  /** How probable at least so large a difference is where the change did nothing; `null` where one side is empty. */
  p: z.number().nullable(),
  /** The least `p` that so few gaps could have given. */
  leastP: z.number().nullable(),
  /** Between these the shift lies with 95 % confidence; `null` where there are too few gaps for any such bound. */
  shiftLeastMs: z.number().nullable(),
  shiftMostMs: z.number().nullable(),
  answer: z.enum(["changed", "no-change-seen", "cannot-tell"]),
  /** The answer in a sentence, with what it rests on. */
  explanation: text,
});
export type Effect = Known<typeof effectSchema>;
