import { script } from "@bomb.sh/tab";
import { loggedBy } from "./output/logged-by.ts";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** What a shell has to run to complete the words of `tenure`. */
export function completionScript(shell: Shell): string {
  return shell === "bash" ? BASH : loggedBy(() => script(shell, "tenure", "tenure"));
}

/**
 * The library's own needs the package bash-completion, may be read once only, never completes file names, and evaluates what was typed:
 * a `$(rm …)` that was not to be run yet would be.
 */
const BASH = `# bash completion for tenure
__tenure_complete() {
  local typed=("\${COMP_WORDS[@]:1:COMP_CWORD}") current=\${COMP_WORDS[COMP_CWORD]} value
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ $value != :* && $value == "$current"* ]] && COMPREPLY+=("$value")
  done < <(tenure complete -- "\${typed[@]}" 2>/dev/null)
}
complete -o default -F __tenure_complete tenure
`;
