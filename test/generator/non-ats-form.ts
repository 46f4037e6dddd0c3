import { OFFICIAL_HEADER } from '../../src/finra/columns.ts';
import { encodeOfficial, type Row } from './encode.ts';
import { smallRows } from './small-rows.ts';
import type { OfficialRow } from './week.ts';

interface Firm {
  readonly name: string;
  readonly crdNumber: string;
  /** Most firms report without one. */
  readonly mpid: string;
  /** Its shares against the ATS row it is derived from. */
  readonly times: number;
}

const HEADER = [...OFFICIAL_HEADER, 'firmCRDNumber', 'productTypeCode', 'summaryTypeCode'];

const FIRMS: readonly Firm[] = [
  { name: 'HARBOR LANE EXECUTION LLC', crdNumber: '900104', mpid: '', times: 6 },
  { name: 'STERLING GATE SECURITIES, L.P.', crdNumber: '900371', mpid: '', times: 3 },
  { name: 'WREN & ROWAN MARKETS INC.', crdNumber: '900558', mpid: 'WRMK', times: 2 },
];

const DE_MINIMIS: Firm = { name: 'De Minimis Firms', crdNumber: '', mpid: '', times: 1 };

/**
 * FINRA's own form with the columns that tell venue types apart: the ATS rows, then for each symbol the firms' rows
 * outside an ATS and the unattributed rest. One symbol's listing changed tape, so that it has rows of two product types.
 */
export function nonAtsForm(): string {
  const atsRows = smallRows();
  const [firstRow] = atsRows;
  const perSymbol = atsRows.filter(
    (row, index) => row.issueSymbolIdentifier !== atsRows[index - 1]?.issueSymbolIdentifier,
  );
  const rows = [
    ...atsRows.map((row) => ({ ...row, productTypeCode: 'CTS', summaryTypeCode: 'ATS_W_SMBL_FIRM' })),
    ...atsRows
      .filter((row) => row.issueSymbolIdentifier === firstRow?.issueSymbolIdentifier)
      .map((row) => ({ ...row, productTypeCode: 'UTP', summaryTypeCode: 'ATS_W_SMBL_FIRM' })),
    ...perSymbol.flatMap((row) => [...FIRMS, DE_MINIMIS].map((firm) => firmRow(row, firm))),
  ];
  return encodeOfficial(rows, { header: HEADER });
}

function firmRow(row: OfficialRow, firm: Firm): Row {
  return {
    ...row,
    marketParticipantName: firm.name,
    MPID: firm.mpid,
    totalWeeklyShareQuantity: String(Number(row.totalWeeklyShareQuantity) * firm.times),
    firmCRDNumber: firm.crdNumber,
    productTypeCode: 'CTS',
    summaryTypeCode: 'OTC_W_SMBL_FIRM',
  };
}
