// A page of 5,000 rows has about 750,000 marks between its words and figures, in the form that has most.
const MOST_MARKS = 2_000_000;

// Ten times the lines of such a page. A line that is cut short costs the CSV parser more than a whole one.
const MOST_LINES = 50_000;

// Character codes; the bit makes a letter of ASCII small.
const [A, Z, ZERO, NINE, LOWER] = [0x61, 0x7a, 0x30, 0x39, 0x20];

/**
 * Whether `text` has far more values than any page of FINRA's: blank lines, brackets or figures without end, which take
 * many times their own size once they are parsed, and seconds in which no signal is served.
 */
export function isCrowded(text: string, isJson: boolean): boolean {
  return hasManyMarks(text) || (!isJson && hasManyLines(text));
}

function hasManyLines(text: string): boolean {
  let lines = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1))
    if (++lines > MOST_LINES) return true;
  return false;
}

function hasManyMarks(text: string): boolean {
  if (text.length <= MOST_MARKS) return false;
  let marks = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isLetter = (code | LOWER) >= A && (code | LOWER) <= Z;
    const isDigit = code >= ZERO && code <= NINE;
    if (!isLetter && !isDigit && ++marks > MOST_MARKS) return true;
  }
  return false;
}
