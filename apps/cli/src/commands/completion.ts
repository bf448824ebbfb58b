import { script } from "@bomb.sh/tab";
import { Argument, type Command } from "commander";
import { print } from "../output/print.ts";
import { printDocument, verb } from "./verb.ts";

const shells = ["bash", "zsh", "fish", "powershell"] as const;

export function completion(program: Command): void {
  const command = verb(program, "completion", {
    summary: "Print a completion script for a shell",
    does: "Print a script that completes verbs, options and lease names in a shell",
    examples: [
      ["source <(tenure completion bash)", "for this shell; put it into ~/.bashrc to keep it"],
      ["tenure completion zsh > ~/.zsh/_tenure", "in a folder of $fpath"],
      ["tenure completion fish > ~/.config/fish/completions/tenure.fish", "for good"],
    ],
  });
  command.addArgument(new Argument("<shell>", "which shell").choices(shells)).action(perform);
}

function perform(shell: (typeof shells)[number], { json = false }: { readonly json?: boolean }): void {
  const text = scriptFor(shell);
  if (json) printDocument({ shell, script: text });
  else print(text);
}

/** The library writes to the console and offers no other way. */
function scriptFor(shell: (typeof shells)[number]): string {
  const { log } = console;
  let text = "";
  console.log = (line: string) => (text += `${line}\n`);
  try {
    script(shell, "tenure", "tenure");
  } finally {
    console.log = log;
  }
  return text;
}
