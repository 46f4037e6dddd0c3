/** Words as a POSIX shell takes them back, those quoted that need it. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** One word as a POSIX shell takes it back. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
