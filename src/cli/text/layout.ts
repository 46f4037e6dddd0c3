/** Characters of a week ending. */
export const WEEK_WIDTH = 10;

/** Characters of the longest tier's name, and of `tier split`. */
export const NAME_WIDTH = 10;

/** `text` cut to `width` characters, its end replaced by the ellipsis. */
export function cutEnd(text: string, width: number, ellipsis: string): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width <= ellipsis.length) return ellipsis.slice(0, Math.max(width, 0));
  return characters.slice(0, width - ellipsis.length).join('') + ellipsis;
}

/** `text` cut to `width` characters, its start replaced by the ellipsis: for paths, whose end says most. */
export function cutStart(text: string, width: number, ellipsis: string): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width <= ellipsis.length) return ellipsis.slice(0, Math.max(width, 0));
  return ellipsis + characters.slice(ellipsis.length - width).join('');
}

/** `text` in lines of at most `width` characters, broken between words, and inside a word only where it must be. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** A label column and its value, wrapped under itself. `label` may be painted: `labelWidth` is what is seen of it. */
export function hangingLines(label: string, labelWidth: number, text: string, width: number): string[] {
  const margin = ' '.repeat(labelWidth);
  return wrapWords(text, width - labelWidth).map((line, index) => (index === 0 ? label : margin) + line);
}

function pieces(word: string, width: number): string[] {
  const characters = [...word];
  if (characters.length <= width) return [word];
  const count = Math.ceil(characters.length / width);
  return Array.from({ length: count }, (_, index) => characters.slice(index * width, (index + 1) * width).join(''));
}
