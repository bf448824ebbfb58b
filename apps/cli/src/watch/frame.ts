import type { LeaseStatus, StatusDocument } from "@tenure/schema";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { fit, fitName, inPieces, wrap } from "../output/width.ts";
import { statusInWords } from "../status/text.ts";
import { remainingAt, sawtooth, type Look } from "./sawtooth.ts";

export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly palette: Palette;
}

/** All that is shown, at one moment. */
export interface Scene {
  readonly leases: ReadonlyMap<string, readonly Look[]>;
  /** The latest last. */
  readonly told: readonly string[];
  readonly nowMs: number;
  readonly wallMs: number;
  /** What `status` would say of the store. */
  readonly store: Omit<StatusDocument, "leases">;
}

const AXIS = 8;
const HIGHEST_CHART = 8;
const TOLD_MAX = 6;
const HINT = "q to leave";

/** How long the past is that a chart shows: some lease durations, so that the teeth can be told apart. */
export function windowMsOf(looks: readonly Look[]): number {
  return 4 * (looks.at(-1)?.status.leaseDurationMs ?? 15_000);
}

/** The lines of one frame: as many as the view holds, and no longer. */
export function frame(scene: Scene, view: View): string[] {
  const { columns, rows, palette } = view;
  const now = [...scene.leases.values()].flatMap((looks) => looks.at(-1) ?? []);
  const leases = now.map((look) => aged(look, scene.nowMs));
  const table = statusInWords(
    { ...scene.store, leases },
    {
      columns,
      palette,
      nowMs: scene.wallMs,
      isScreen: true,
    },
  )
    .trimEnd()
    .split("\n");
  const told = scene.told
    .slice(-TOLD_MAX)
    .flatMap((line) => wrap(line, columns))
    .flatMap((line) => inPieces(line, columns))
    .slice(-TOLD_MAX);
  const room = rows - table.length - told.length - 4;
  const shown = [...scene.leases].slice(0, Math.max(1, Math.floor(room / 3)));
  const height = Math.min(HIGHEST_CHART, Math.floor(room / Math.max(1, shown.length)) - 1);
  const charts =
    height < 1 ? [] : shown.flatMap(([name, looks]) => chart(name, looks, scene, view, height, shown.length > 1));
  const lines = [...table, "", ...charts, "", ...told.map(palette.quiet)].slice(0, rows - 1);
  return [
    ...lines,
    ...Array.from({ length: Math.max(0, rows - 1 - lines.length) }, () => ""),
    palette.quiet(fit(HINT, columns)),
  ];
}

function chart(
  name: string,
  looks: readonly Look[],
  scene: Scene,
  view: View,
  rows: number,
  titled: boolean,
): string[] {
  const { palette } = view;
  const topMs = looks.at(-1)?.status.renewDeadlineMs ?? 12_000;
  const columns = Math.max(1, view.columns - AXIS - 1);
  const windowMs = windowMsOf(looks);
  const remainingMs = remainingAt(looks, scene.nowMs);
  const paint =
    remainingMs === null || remainingMs <= 0 ? palette.bad : remainingMs < topMs / 3 ? palette.warning : palette.good;
  const lines = sawtooth(looks, scene.nowMs, { columns, rows, windowMs, topMs }).map((line, at) => {
    const label = at === 0 ? humanDuration(topMs) : at === rows - 1 ? "0 s" : "";
    return `${palette.quiet(label.padStart(AXIS))} ${paint(line)}`;
  });
  const past = `${humanDuration(windowMs)} ago`;
  const scale = titled ? fitName(name, columns - past.length - 6) : "";
  const ruler = `${past}${scale.padStart(Math.floor((columns - past.length - 3 + scale.length) / 2)).padEnd(columns - past.length - 3)}now`;
  return [...lines, `${" ".repeat(AXIS + 1)}${palette.quiet(ruler)}`];
}

/** A status as it would be told now. */
function aged({ atMs, status }: Look, nowMs: number): LeaseStatus {
  const passedMs = nowMs - atMs;
  return {
    ...status,
    ageMs: status.ageMs === null ? null : status.ageMs + passedMs,
    remainingMs: status.remainingMs === null ? null : status.remainingMs - passedMs,
  };
}
