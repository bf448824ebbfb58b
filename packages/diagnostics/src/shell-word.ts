/** A text as one word of a command that people copy: a file may be called anything, `$(reboot)` included. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
