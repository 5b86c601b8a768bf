/** A document as DOCX, for firms that finish their filings in a word processor. */
import {
  Document,
  Footer,
  HeadingLevel,
  Packer,
  PageBreak,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { COVER_TITLE, MISSING_ITEM, type ReportDocument, SET_TITLE } from './document.ts';

const FONT = { ascii: 'Noto Sans JP', eastAsia: 'Noto Sans JP', hAnsi: 'Noto Sans JP' };
const RED = 'B00020';
const GREY = '666666';
/** Half points. */
const SMALL = 15;
/** Twentieths of a point; together the width of an A4 page between its margins. */
const LABEL_WIDTH = 2_800;
const TEXT_WIDTH = 6_600;

type Row = {
  readonly label: string;
  readonly text: string;
  readonly note?: string;
  readonly isMissing: boolean;
};

export async function wordOf(document: ReportDocument): Promise<Uint8Array> {
  const { language } = document;
  const children: (Paragraph | Table)[] = [];
  if (document.cover) {
    children.push(
      small(COVER_TITLE[language]),
      new Paragraph({ text: document.title, heading: HeadingLevel.TITLE }),
    );
    children.push(table(document.cover.map(({ label, text }) => ({ label, text, isMissing: false }))));
    children.push(new Paragraph({ children: [new PageBreak()] }));
  }
  children.push(new Paragraph({ text: document.title, heading: HeadingLevel.HEADING_1 }));
  children.push(small(document.subtitle), small(document.legend));
  for (const { title, rows } of document.sections) {
    children.push(new Paragraph({ text: title, heading: HeadingLevel.HEADING_2 }));
    children.push(
      table(
        rows.map(({ label, text, note, changed, missing }) => ({
          label: `${changed ? '● ' : ''}${label}`,
          text,
          note,
          isMissing: missing,
        })),
      ),
    );
  }
  if (document.items.length > 0) {
    children.push(new Paragraph({ text: SET_TITLE[language], heading: HeadingLevel.HEADING_2 }));
    children.push(
      table(
        document.items.map(({ label, source }) => ({
          label,
          text: source ?? MISSING_ITEM[language],
          isMissing: source === null,
        })),
      ),
    );
  }
  const file = new Document({
    creator: 'Sonae',
    title: document.title,
    styles: { default: { document: { run: { font: FONT, size: 20 } } } },
    sections: [{ children, footers: { default: new Footer({ children: [small(document.footer)] }) } }],
  });
  return new Uint8Array(await Packer.toBuffer(file));
}

const small = (text: string): Paragraph =>
  new Paragraph({ children: [new TextRun({ text, size: SMALL, color: GREY })] });

function table(rows: readonly Row[]): Table {
  return new Table({
    width: { size: LABEL_WIDTH + TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: [LABEL_WIDTH, TEXT_WIDTH],
    rows: rows.map(
      ({ label, text, note, isMissing }) =>
        new TableRow({
          children: [
            cell(LABEL_WIDTH, [new Paragraph({ children: [new TextRun({ text: label, bold: true })] })]),
            cell(TEXT_WIDTH, [
              ...text.split('\n').map(
                (line) =>
                  new Paragraph({
                    children: [new TextRun({ text: line, ...(isMissing ? { color: RED, bold: true } : {}) })],
                  }),
              ),
              ...(note ? [small(note)] : []),
            ]),
          ],
        }),
    ),
  });
}

const cell = (size: number, children: Paragraph[]): TableCell =>
  new TableCell({ width: { size, type: WidthType.DXA }, children });
