import type { Judged } from './goals.ts';
import type { Results } from './results.ts';

/** Results and goals as the one JSON document of `--json`: its keys are snake_case, seconds and bytes are plain numbers. */
export function benchDocument(results: Results, goals: readonly Judged[]): string {
  return `${JSON.stringify(snakeCased({ ...results, goals }), null, 2)}\n`;
}

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(each),
    ]),
  );
}
