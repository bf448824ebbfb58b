import { styleText } from "node:util";

/** Tells a story on a terminal or into a pipe: time since the start, who, what. */
export interface Narrator {
  chapter(title: string): void;
  tell(who: string, what: string, tone?: Tone): void;
  /** Text that is passed on as it is. */
  plain(text: string): void;
}

export type Tone = "plain" | "good" | "bad" | "quiet";

const styles = { plain: "reset", good: "green", bad: "red", quiet: "dim" } as const;

export function startNarrator(names: readonly string[]): Narrator {
  const width = Math.max(...names.map((name) => name.length));
  const began = performance.now();
  // Whoever read this has gone; there is nobody to tell the rest to.
  process.stdout.on("error", () => process.exit(1));
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    chapter: (title) => line(`\n${styleText("bold", title)}`),
    tell(who, what, tone = "plain") {
      const time = `${((performance.now() - began) / 1_000).toFixed(2)} s`.padStart(8);
      line(`${styleText("dim", time)}  ${styleText("cyan", who.padEnd(width))}  ${styleText(styles[tone], what)}`);
    },
    plain: line,
  };
}
