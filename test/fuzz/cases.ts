// FUZZ_CASES sets how many cases each property is tried with, FUZZ_SEED where they begin; `npm run test:fuzz` is for
// thousands.
const { FUZZ_CASES, FUZZ_SEED } = process.env;

/** fast-check's parameters: `few` cases as part of the suite. A failure names its seed and path. */
export function cases(few: number): { numRuns: number; seed?: number } {
  return {
    numRuns: FUZZ_CASES === undefined ? few : Number(FUZZ_CASES),
    ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
  };
}
