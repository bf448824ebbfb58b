import { z } from "zod";
import { DURATION_MAX_MS } from "./vocabulary.ts";

/** The fencing token: 0 before the first acquisition, and above every earlier one at each acquisition. */
export const epochSchema = z.int().min(0);

/** A count that only grows. */
export const countSchema = z.int().min(0);

/** A duration in milliseconds, up to a leap year. */
export const durationMsSchema = z.number().min(0).max(DURATION_MAX_MS);
