/** What is logged to the console meanwhile: for a library that answers there and nowhere else. */
export function loggedBy(act: () => void): string {
  const { log } = console;
  let text = "";
  console.log = (line: string) => (text += `${line}\n`);
  try {
    act();
  } finally {
    console.log = log;
  }
  return text;
}
