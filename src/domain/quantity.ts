/** Shares or trades as an exact number of millionths: FINRA's share quantities have up to six decimals. */
export type Quantity = bigint;

const MILLION = 1_000_000n;

/** The quantity of a whole number and some millionths. */
export function quantityOf(whole: bigint | number, millionths: number = 0): Quantity {
  return BigInt(whole) * MILLION + BigInt(millionths);
}

/** A quantity as plain digits, with as many decimals as it has: `12`, `-0.5`. */
export function quantityDigits(quantity: Quantity): string {
  const size = quantity < 0n ? -quantity : quantity;
  const decimals = String(size % MILLION)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${quantity < 0n ? '-' : ''}${size / MILLION}${decimals === '' ? '' : `.${decimals}`}`;
}
