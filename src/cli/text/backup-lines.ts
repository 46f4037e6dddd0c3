import type { Backup } from '../../operations/backup.ts';
import { pathField, textField } from './fields.ts';
import { figure } from './figures.ts';
import type { Style } from './style.ts';

/** What `backup` made. */
export function backupLines(style: Style, database: string, { target, sizeBytes }: Backup): string[] {
  return [
    `${style.heading('Backup')}  whole, and checked`,
    ...pathField(style, 'database', database),
    ...pathField(style, 'backup', target),
    ...textField(style, 'size', `${figure(sizeBytes)} bytes`),
  ];
}
