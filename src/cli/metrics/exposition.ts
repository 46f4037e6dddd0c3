import type { Histogram, Registry } from 'prom-client';
import type { Family, Sample } from './family.ts';

/** The content type of an exposition, as the Pushgateway wants it named. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The Prometheus text format of `families`. */
export async function expositionOf(families: readonly Family[]): Promise<string> {
  // Loaded when it is needed: most commands write no metrics.
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  for (const { name, help, type, samples } of families) {
    if (type === 'histogram') {
      registerHistogram(registry, name, help, samples);
      continue;
    }
    const options = { name, help, labelNames: Object.keys(samples[0]?.labels ?? {}), registers: [registry] };
    if (type === 'counter') {
      const counter = new Counter(options);
      for (const { labels, value } of samples) counter.inc(labels, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels, value } of samples) gauge.set(labels, value);
    }
  }
  return registry.metrics();
}

// prom-client's own histogram only observes; this one has its totals from the database already.
function registerHistogram(registry: Registry, name: string, help: string, samples: readonly Sample[]): void {
  const values = samples.map((sample) => ({ metricName: sample.name, labels: sample.labels, value: sample.value }));
  const histogram = { name, help, type: 'histogram', get: async () => ({ name, help, type: 'histogram', values }) };
  registry.registerMetric(histogram as unknown as Histogram);
}
