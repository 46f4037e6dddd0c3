import { describe, expect, it } from 'vitest';
import { terminalOf } from '../../src/cli/terminal.ts';

const TTY = { isTty: true, columns: 132 };
const PIPE = { isTty: false, columns: undefined };

describe('terminalOf', () => {
  it.each<[string, Record<string, string>, number, number]>([
    ['neither variable', {}, 1, 0],
    ['NO_COLOR=1', { NO_COLOR: '1' }, 0, 0],
    ['NO_COLOR=0, for any value counts', { NO_COLOR: '0' }, 0, 0],
    ['an empty NO_COLOR', { NO_COLOR: '' }, 1, 0],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, 0, 0],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, 0, 0],
    ['FORCE_COLOR=1', { FORCE_COLOR: '1' }, 1, 1],
    ['FORCE_COLOR=true', { FORCE_COLOR: 'true' }, 1, 1],
    ['FORCE_COLOR=2', { FORCE_COLOR: '2' }, 2, 2],
    ['FORCE_COLOR=3', { FORCE_COLOR: '3' }, 3, 3],
    ['FORCE_COLOR=yes', { FORCE_COLOR: 'yes' }, 1, 1],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, 1, 0],
    ['FORCE_COLOR=1 over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, 1, 1],
    ['FORCE_COLOR=0 with an empty NO_COLOR', { FORCE_COLOR: '0', NO_COLOR: '' }, 0, 0],
    ['TERM=dumb', { TERM: 'dumb' }, 0, 0],
    ['FORCE_COLOR=2 over TERM=dumb', { FORCE_COLOR: '2', TERM: 'dumb' }, 2, 2],
  ])('with %s colours a terminal and a pipe as asked', (_, env, onTerminal, onPipe) => {
    expect(terminalOf({ ...TTY, env }).color).toBe(onTerminal);
    expect(terminalOf({ ...PIPE, env }).color).toBe(onPipe);
  });

  it.each([
    ['the terminal itself', TTY, 132],
    ['80 where a terminal does not say', { isTty: true, columns: undefined }, 80],
    ['80 where a terminal says 0', { isTty: true, columns: 0 }, 80],
    ['100 for a pipe', PIPE, 100],
    ['100 for a pipe that inherited a width', { isTty: false, columns: 250 }, 100],
  ])('takes its width from %s', (_, stream, columns) => {
    expect(terminalOf({ ...stream, env: {} }).columns).toBe(columns);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['no locale', {}, true],
    ['a UTF-8 locale', { LANG: 'de_CH.UTF-8' }, true],
    ['the C locale in UTF-8', { LC_ALL: 'C.utf8', LANG: 'C' }, true],
    ['the plain C locale', { LANG: 'C' }, false],
    ['LC_CTYPE over LANG', { LC_CTYPE: 'en_US.ISO-8859-1', LANG: 'en_US.UTF-8' }, false],
    ['the Linux console', { TERM: 'linux', LANG: 'C.UTF-8' }, false],
  ])('with %s says whether marks can be shown', (_, env, unicode) => {
    expect(terminalOf({ ...TTY, env }).unicode).toBe(unicode);
  });

  it('takes a dumb terminal for none', () => {
    const plain = { isTty: false, columns: 100, color: 0, unicode: false };
    expect(terminalOf({ ...TTY, env: { TERM: 'dumb' } })).toEqual(plain);
    expect(terminalOf({ ...TTY, env: { TERM: 'dumb', FORCE_COLOR: '1' } })).toEqual({ ...plain, color: 1 });
  });

  it('shows no marks in a pipe, even with colour forced', () => {
    expect(terminalOf({ ...PIPE, env: { FORCE_COLOR: '1', LANG: 'C.UTF-8' } }).unicode).toBe(false);
  });
});
