/** A document as XLSX: one row a field. Every cell is a string cell, so that no content is ever a formula. */
import writeExcelFile from 'write-excel-file/node';
import { MISSING_ITEM, type ReportDocument, SET_TITLE } from './document.ts';

type Cell = {
  value: string;
  type: StringConstructor;
  fontWeight?: 'bold';
  wrap?: boolean;
  backgroundColor?: string;
};

/** Of one cell, by the file format. */
const CELL_CHARS_MAX = 32_767;

const plain = (value: string): Cell => ({ value: value.slice(0, CELL_CHARS_MAX), type: String, wrap: true });
const bold = (value: string): Cell => ({ ...plain(value), fontWeight: 'bold' });

const HEADERS = {
  ja: ['区分', '項目', '内容', '確度・時点', '変更'],
  en: ['Section', 'Field', 'Value', 'Confidence, as of', 'Changed'],
} as const;

export async function excelOf(document: ReportDocument): Promise<Uint8Array> {
  const { language } = document;
  const rows: (Cell | null)[][] = [
    [bold(document.title)],
    [plain(document.subtitle)],
    [plain(document.legend)],
    HEADERS[language].map((name) => ({ ...bold(name), backgroundColor: '#eeeeea' })),
  ];
  for (const { title, rows: fields } of document.sections)
    for (const { label, text, note, changed } of fields)
      rows.push([plain(title), bold(label), plain(text), plain(note), plain(changed ? '●' : '')]);
  for (const { label, source } of document.items)
    rows.push([plain(SET_TITLE[language]), bold(label), plain(source ?? MISSING_ITEM[language])]);
  rows.push([plain(document.footer)]);
  const columns = [{ width: 18 }, { width: 30 }, { width: 70 }, { width: 30 }, { width: 8 }];
  const written = await writeExcelFile(rows, { columns, sheet: 'Sonae' }).toBuffer();
  return new Uint8Array(written);
}
