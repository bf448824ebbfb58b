/** Those that fit, where at least two of them follow each other: one alone may have crossed with a change. */
export function inARow<T>(all: readonly T[], fits: (each: T) => boolean): T[] {
  const marks = all.map((each) => fits(each));
  return all.filter((_, index) => marks[index] === true && (marks[index - 1] === true || marks[index + 1] === true));
}
