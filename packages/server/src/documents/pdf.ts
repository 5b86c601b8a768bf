/** A document as PDF with Japanese type embedded. Nothing is fetched and no local file but the font is read. */
import { createRequire } from 'node:module';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { COVER_TITLE, MISSING_ITEM, type ReportDocument, SET_TITLE } from './document.ts';

const require = createRequire(import.meta.url);
const FONT = '@expo-google-fonts/noto-sans-jp';

type PdfMake = {
  setFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  createPdf(definition: TDocumentDefinitions): { getBuffer(): Promise<Buffer> };
};

let made: PdfMake | null = null;

/** Loaded on first use: the library and its font are large. */
function pdfMake(): PdfMake {
  if (made) return made;
  const normal = require.resolve(`${FONT}/400Regular/NotoSansJP_400Regular.ttf`);
  const bold = require.resolve(`${FONT}/700Bold/NotoSansJP_700Bold.ttf`);
  const library = require('pdfmake') as PdfMake;
  library.setFonts({ NotoSansJP: { normal, bold, italics: normal, bolditalics: bold } });
  library.setUrlAccessPolicy(() => false);
  library.setLocalAccessPolicy((path) => path === normal || path === bold);
  made = library;
  return library;
}

const GREY = '#666666';
const LINE = '#bbbbbb';
const RED = '#b00020';
/** Points from the edge of the page. */
const MARGINS: [number, number, number, number] = [48, 52, 48, 56];

export async function pdfOf(document: ReportDocument): Promise<Uint8Array> {
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: MARGINS,
    defaultStyle: { font: 'NotoSansJP', fontSize: 9, lineHeight: 1.25 },
    info: { title: document.title, creator: 'Sonae' },
    content: contentOf(document),
    footer: (page, pages) => ({
      margin: [48, 14, 48, 0],
      columns: [
        { text: document.footer, fontSize: 7, color: GREY },
        { text: `${page} / ${pages}`, fontSize: 7, color: GREY, alignment: 'right', width: 48 },
      ],
    }),
  };
  return new Uint8Array(await pdfMake().createPdf(definition).getBuffer());
}

function contentOf(document: ReportDocument): Content[] {
  const { language } = document;
  const content: Content[] = [];
  if (document.cover) {
    content.push(
      { text: COVER_TITLE[language], fontSize: 10, color: GREY, margin: [0, 60, 0, 24] },
      { text: document.title, fontSize: 18, bold: true, margin: [0, 0, 0, 28] },
      table(document.cover.map(({ label, text }) => [label, text, false])),
      { text: '', pageBreak: 'after' },
    );
  }
  content.push(
    { text: document.title, fontSize: 15, bold: true },
    { text: document.subtitle, fontSize: 7.5, color: GREY, margin: [0, 2, 0, 2] },
    { text: document.legend, fontSize: 7.5, color: GREY, margin: [0, 0, 0, 10] },
  );
  for (const { title, rows } of document.sections) {
    content.push(heading(title));
    content.push(
      table(
        rows.map(({ label, text, note, changed, missing }) => [
          `${changed ? '● ' : ''}${label}`,
          text,
          missing,
          note,
        ]),
      ),
    );
  }
  if (document.items.length > 0) {
    content.push(heading(SET_TITLE[language]));
    content.push(
      table(
        document.items.map(({ label, source }) => [label, source ?? MISSING_ITEM[language], source === null]),
      ),
    );
  }
  return content;
}

const heading = (title: string): Content => ({
  text: title,
  fontSize: 11,
  bold: true,
  margin: [0, 12, 0, 4],
  headlineLevel: 1,
});

type Row = readonly [label: string, text: string, isMissing: boolean, note?: string];

function table(rows: readonly Row[]): Content {
  return {
    table: {
      widths: [150, '*'],
      dontBreakRows: false,
      body: rows.map(([label, text, isMissing, note]) => {
        const value = { text, ...(isMissing ? { color: RED, bold: true } : {}) };
        const small = { text: note ?? '', fontSize: 7, color: GREY };
        const shown = note ? { stack: [value, small] } : value;
        return [{ text: label, bold: true, fillColor: '#f4f4f2' }, shown];
      }),
    },
    layout: {
      hLineWidth: () => 0.5,
      vLineWidth: () => 0.5,
      hLineColor: () => LINE,
      vLineColor: () => LINE,
      paddingTop: () => 4,
      paddingBottom: () => 4,
    },
  };
}
