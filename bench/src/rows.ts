import type { Row } from "./row.ts";
import { diagnosisRow } from "./rows/diagnosis.ts";
import { engineRows } from "./rows/engines.ts";
import { footprintRows } from "./rows/footprint.ts";
import { handoverRows } from "./rows/handover.ts";
import { throughputRows } from "./rows/throughput.ts";

/** In the order of the table. */
export const rows: readonly Row[] = [...handoverRows, ...throughputRows, ...footprintRows, ...engineRows, diagnosisRow];
