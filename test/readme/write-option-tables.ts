import { writeFileSync } from 'node:fs';
import { withOptionTables } from './option-tables.ts';
import { README_PATH, readmeText } from './readme-page.ts';

writeFileSync(README_PATH, withOptionTables(readmeText()));
