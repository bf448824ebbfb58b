/** The number in a file that holds the number of a process, and nothing else. */
export function pidIn(text: string): number | null {
  const pid = /^\s*(\d{1,10})\s*$/u.exec(text)?.[1];
  return pid === undefined || Number(pid) === 0 ? null : Number(pid);
}

export function isPidFile(name: string): boolean {
  return name.endsWith(".pid");
}
