import { brokenFiles } from './broken-files.ts';
import { cleanFiles, type FixtureFile } from './clean-files.ts';
import { formFiles } from './form-files.ts';
import { revisedFiles } from './revised-files.ts';

/** Every generated file: a pure function, the same on any machine. */
export function fixtureFiles(): FixtureFile[] {
  return [...cleanFiles(), ...revisedFiles(), ...brokenFiles(), ...formFiles()];
}
