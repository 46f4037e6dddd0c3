import { describe, expect, it } from 'vitest';
import { deferred } from '../../stand-in/deferred.ts';
import { stage, T1, T1_LOCATOR } from './stage.ts';

describe('an interruption', () => {
  it('ends a hanging request with its own reason', async () => {
    const { standIn, read, interruption } = await stage();
    standIn.onStuck(() => interruption.abort(new Error('stopped by SIGTERM')));
    standIn.fault({ fault: { kind: 'hang' } });
    await expect(read()).rejects.toThrow('stopped by SIGTERM');
    await expect(read()).rejects.toThrow('stopped by SIGTERM');
    expect(standIn.requests).toHaveLength(1);
  });

  it('ends what is fetched ahead when the source is closed', async () => {
    const { standIn, source, time } = await stage();
    const stuck = deferred<undefined>();
    standIn.onStuck(() => stuck.resolve(undefined));
    standIn.fault({ fault: { kind: 'hang' } });
    source.prefetch([T1_LOCATOR]);
    await stuck.promise;
    source.close();
    await expect(source.survey([T1])).rejects.toThrow('the API source is closed');
    expect([standIn.requests.length, time.slept]).toEqual([1, []]);
  });

  it('ends a survey too, without taking it for a fault of the API', async () => {
    const { source, interruption } = await stage();
    interruption.abort(new Error('stopped by SIGTERM'));
    await expect(source.survey([T1])).rejects.toThrow('stopped by SIGTERM');
  });
});
