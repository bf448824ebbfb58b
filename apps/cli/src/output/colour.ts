import { styleText } from "node:util";
import { isTerminal } from "./terminal.ts";

type Format = Parameters<typeof styleText>[0];
type Style = (text: string) => string;

/** Colours from the terminal's own sixteen, so that light and dark themes both stay readable; nothing is told by colour alone. */
export interface Palette {
  readonly good: Style;
  readonly warning: Style;
  readonly bad: Style;
  readonly quiet: Style;
  readonly strong: Style;
}

/**
 * Styles for stdout or stderr; plain where it is not to be coloured. Node decides by the terminal, NO_COLOR,
 * NODE_DISABLE_COLORS and FORCE_COLOR.
 */
export function paletteFor(output: "stdout" | "stderr"): Palette {
  const coloured = process.env["FORCE_COLOR"] !== undefined || isTerminal(output);
  const style =
    (format: Format): Style =>
    (text) =>
      coloured && text !== "" ? styleText(format, text, { stream: process[output] }) : text;
  return {
    good: style("green"),
    warning: style("yellow"),
    bad: style("red"),
    quiet: style("dim"),
    strong: style("bold"),
  };
}
