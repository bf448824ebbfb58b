import { clearScreenDown, cursorTo, emitKeypressEvents } from "node:readline";

const FRAME_MS = 250;
/** The second screen, without a cursor; lines that are too long are cut, not wrapped. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
/** Before a line, not after it: at the end of a full one the cursor stands on its last character. */
const ERASE_LINE = "\u001b[2K";

export interface Screen {
  /** Draws at once, out of turn. */
  readonly repaint: () => void;
}

/**
 * Shows frames on the terminal's second screen until the signal aborts or somebody leaves with q, Escape or Ctrl-C. What stood on
 * the first one is back afterwards, however this ends.
 */
export async function showUntilLeft(
  draw: (columns: number, rows: number) => readonly string[],
  signal: AbortSignal,
  act: (screen: Screen) => Promise<void>,
): Promise<void> {
  const { stdin, stdout } = process;
  const repaint = (): void => {
    const lines = draw(stdout.columns || 80, stdout.rows || 24);
    cursorTo(stdout, 0, 0);
    stdout.write(lines.map((line) => ERASE_LINE + line).join("\r\n"));
    clearScreenDown(stdout);
  };
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  const onKey = (_: unknown, key: { readonly name?: string; readonly ctrl?: boolean }): void => {
    if (key.name === "q" || key.name === "escape" || (key.ctrl === true && key.name === "c")) leave();
  };
  const restore = (): void => void stdout.write(LEAVE);
  stdout.write(ENTER);
  process.once("exit", restore);
  stdout.on("resize", repaint);
  if (stdin.isTTY) {
    emitKeypressEvents(stdin);
    stdin.setRawMode(true).on("keypress", onKey);
  }
  signal.addEventListener("abort", leave, { once: true });
  const timer = setInterval(repaint, FRAME_MS);
  try {
    repaint();
    await Promise.race([act({ repaint }), left]);
  } finally {
    clearInterval(timer);
    stdout.off("resize", repaint);
    if (stdin.isTTY) stdin.off("keypress", onKey).setRawMode(false).pause();
    process.off("exit", restore);
    restore();
  }
}
