import type { Row } from "./row.ts";
import { diagnosisRow } from "./rows/diagnosis.ts";
import { engineRows } from "./rows/engines.ts";
import { footprintRows } from "./rows/footprint.ts";
import { handoverRows } from "./rows/handover.ts";
import { sessionRows } from "./rows/sessions.ts";
import { throughputRows } from "./rows/throughput.ts";
import { watchedRows } from "./rows/watched.ts";

/** In the order of the table. */
export const rows: readonly Row[] = [
  ...handoverRows,
  ...throughputRows,
  ...footprintRows,
  ...sessionRows,
  ...watchedRows,
  ...engineRows,
  diagnosisRow,
];
