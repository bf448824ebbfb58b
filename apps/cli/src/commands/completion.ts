import { Argument, type Command } from "commander";
import { completionScript, shells, type Shell } from "../completion-scripts.ts";
import { print, printDocument } from "../output/print.ts";
import { verb } from "./verb.ts";

export function completion(program: Command): void {
  const command = verb(program, "completion", {
    summary: "Print a completion script for a shell",
    does: "Print a script that completes verbs, options and lease names in a shell",
    json: "the script as one document on stdout",
    examples: [
      ["source <(tenure completion bash)", "for this shell; put it into ~/.bashrc to keep it"],
      ["tenure completion zsh > ~/.zsh/_tenure", "in a folder of $fpath"],
      ["tenure completion fish > ~/.config/fish/completions/tenure.fish", "for good"],
    ],
  });
  command.addArgument(new Argument("<shell>", "which shell").choices(shells)).action(perform);
}

function perform(shell: Shell, { json = false }: { readonly json?: boolean }): void {
  const text = completionScript(shell);
  if (json) printDocument({ shell, script: text });
  else print(text);
}
