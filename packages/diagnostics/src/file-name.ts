/** A file without its folders, as it is shown. */
export function fileName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
