const SECRET = "***";
/** `scheme://user:secret@host`: up to the last @ of the word, since a secret that was not escaped may hold anything. */
const IN_AUTHORITY = /(?<before>[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@["'`]*:)[^\s"'`]*(?=@)/giu;
/** `password=secret`, as a parameter of a URL or a key of a connection string, quoted or not. */
const AS_PARAMETER =
  /(?<before>\b(?:password|passwd|pwd|secret|token)=)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&#;,'"]+)/giu;

/** Text that may hold a URL of a store, without its secrets: for everything that is printed or logged. */
export function redact(text: string): string {
  return text.replace(IN_AUTHORITY, `$<before>${SECRET}`).replace(AS_PARAMETER, `$<before>${SECRET}`);
}
