const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

// Past this no weekly total makes sense, and writing out the digits would only waste memory.
const MAX_EXPONENT = 40;

/**
 * A number as plain decimal text: no exponent, no `+`, no leading zeros, no zeros after the last decimal. The digits
 * never pass through a double. Text that is not a number comes back as it is, for the reject that names it.
 */
export function canonicalDecimal(text: string): string {
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (whole + fraction === '' || Math.abs(exponent) > MAX_EXPONENT) return text;
  const [left, right] = movePoint(whole, fraction, exponent);
  const integer = left.replace(/^0+(?=.)/, '') || '0';
  const decimals = right.replace(/0+$/, '');
  const magnitude = decimals === '' ? integer : `${integer}.${decimals}`;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

function movePoint(whole: string, fraction: string, places: number): [string, string] {
  if (places >= 0) {
    const digits = fraction.padEnd(places, '0');
    return [whole + digits.slice(0, places), digits.slice(places)];
  }
  const digits = whole.padStart(-places, '0');
  return [digits.slice(0, places), digits.slice(places) + fraction];
}
