import { describe, expect, it } from 'vitest';
import { optionsOf, refusalOf } from './parse-command-line.ts';

describe('the options of monitoring', () => {
  it('are off unless they are given', () => {
    expect(optionsOf([]).monitoring).toEqual({ metricsFile: null, pushgatewayUrl: null, pingUrl: null });
    expect(optionsOf([]).output.logFormat).toBe('text');
  });

  it('are read from flags, and a relative path from the working directory', () => {
    const line =
      '--metrics-file metrics/a.prom --pushgateway-url http://gw:9091 --ping-url https://ping.example.com/x?y=1';
    expect(optionsOf(line.split(' ')).monitoring).toEqual({
      metricsFile: '/srv/metrics/a.prom',
      pushgatewayUrl: 'http://gw:9091/',
      pingUrl: 'https://ping.example.com/x?y=1',
    });
  });

  it('are read from the environment', () => {
    const env = {
      MARKET_SPINE_METRICS_FILE: '/var/a.prom',
      MARKET_SPINE_PUSHGATEWAY_URL: 'http://gw:9091',
      MARKET_SPINE_PING_URL: 'https://ping.example.com/x',
      MARKET_SPINE_LOG_FORMAT: 'json',
    };
    expect(optionsOf([], env)).toMatchObject({
      monitoring: {
        metricsFile: '/var/a.prom',
        pushgatewayUrl: 'http://gw:9091/',
        pingUrl: 'https://ping.example.com/x',
      },
      output: { logFormat: 'json' },
    });
  });

  it.each([
    ['ftp://ping.example.com/secret', 'that begins with https:// or http://'],
    ['ping.example.com/secret', 'that begins with https:// or http://'],
    ['https://', 'with a host, and no blanks in it'],
    ['https://ping example.com/secret', 'with a host, and no blanks in it'],
    ['https://ping.example.com:99999/secret', 'with a port of at most 65535'],
    ['https://desk:secret@ping.example.com:65536', 'with a port of at most 65535'],
    ['https://ping.example.com/secret#part', 'without a fragment'],
  ])('refuse an address that cannot be called, say why and do not repeat it: %s', (url, why) => {
    const advice = 'give one such as --ping-url https://ping.example.com/finra-weekly';
    const message = `--ping-url ...: must be an address ${why}`;
    expect(refusalOf(['--ping-url', url])).toEqual({ message, hint: advice });
    expect(refusalOf([], { MARKET_SPINE_PUSHGATEWAY_URL: url }).message).toMatch(
      /^MARKET_SPINE_PUSHGATEWAY_URL=\.\.\.: /,
    );
  });

  it('refuse an empty address and another log format by what was written', () => {
    expect(refusalOf(['--ping-url', '']).message).toBe("--ping-url '': must not be empty");
    expect(refusalOf(['--log-format', 'xml'])).toEqual({
      message: '--log-format xml: must be text or json',
      hint: 'give a format such as --log-format json',
    });
  });
});
