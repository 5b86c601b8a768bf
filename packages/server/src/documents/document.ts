/** A prepared filing as a document: form, filled fields, items of its set, and where it stands in the log. */
import { isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import { DOCUMENT_SETS } from '@sonae/core/nouns/reports/engine/document-sets.ts';
import { FIELDS, type FieldId } from '@sonae/core/nouns/reports/engine/fields.ts';
import { formTime } from '@sonae/core/nouns/reports/engine/fill.ts';
import type { Form } from '@sonae/core/nouns/reports/engine/form.ts';
import { formNamed } from '@sonae/core/nouns/reports/engine/forms.ts';
import type { FilledField } from '@sonae/core/nouns/reports/facts/filings.ts';

export type DocumentRow = {
  readonly label: string;
  readonly text: string;
  /** As of when and how sure, in one line; empty where the log answers. */
  readonly note: string;
  readonly changed: boolean;
  readonly missing: boolean;
};
export type ReportDocument = {
  readonly language: 'ja' | 'en';
  readonly title: string;
  readonly subtitle: string;
  /** The cover sheet: whom it goes to and from whom. */
  readonly cover: readonly { readonly label: string; readonly text: string }[] | null;
  readonly sections: readonly { readonly title: string; readonly rows: readonly DocumentRow[] }[];
  readonly items: readonly { readonly label: string; readonly source: string | null }[];
  readonly legend: string;
  readonly footer: string;
};
/** Body of `reports.FilingPrepared`. */
export type PreparedFiling = {
  readonly filing: string;
  readonly subject: string;
  readonly form: string;
  readonly language: 'ja' | 'en';
  readonly round: number;
  readonly fields: readonly FilledField[];
  readonly items: readonly { readonly id: string; readonly source: string | null }[];
};
export type Provenance = {
  readonly origin: string;
  readonly seq: number;
  readonly recordedAt: string;
  readonly factId: string;
};

const WORDS = {
  ja: {
    confirmed: '確定',
    estimated: '概算',
    unknown: '不明(調査中)',
    asOf: '時点',
    changed: '前回報告から変更',
    missing: '未記載',
    to: '宛先',
    from: '提出者',
    subject: '件名',
    date: '作成日時',
    copy: '当局への報告書の写しに付す表紙(協会の指定する書式がある場合はそれによる)',
    layout: '項目配置は未確認(公式様式の配置とは異なることがある)',
    legend: '●: 前回報告から変更 / 概算・不明の値は後続の報告で置き換える',
    footer: (p: Provenance): string =>
      `記録 ${p.origin} 第${p.seq}号(${p.factId})に基づき作成。提出は人が行う。`,
  },
  en: {
    confirmed: 'confirmed',
    estimated: 'estimated',
    unknown: 'unknown, under investigation',
    asOf: 'as of',
    changed: 'changed since the last report',
    missing: 'not stated',
    to: 'To',
    from: 'From',
    subject: 'Subject',
    date: 'Prepared',
    copy: 'Cover sheet of the copy (use the body’s own where it prescribes one)',
    layout: 'Layout not verified against the official sheet',
    legend: '●: changed since the last report / estimates are replaced by later reports',
    footer: (p: Provenance): string =>
      `Prepared from log ${p.origin}, fact ${p.seq} (${p.factId}). People file it.`,
  },
} as const;

/** Control and format characters (marks that turn the reading direction among them) but line end and tab. */
const UNPRINTABLE = /[^\P{C}\n\t]/gu;

/** Text that is safe to print: no control characters, no lone surrogates. */
export const printable = (text: string): string => text.toWellFormed().replace(UNPRINTABLE, '');

/** The document of a prepared filing; null when the form is no longer known. */
export function documentOf(prepared: PreparedFiling, provenance: Provenance): ReportDocument | null {
  const form = formNamed(prepared.form);
  if (!form) return null;
  const { language } = prepared;
  const words = WORDS[language];
  const byId = new Map(prepared.fields.map((field) => [field.id, field]));
  const sections = form.sections.map(({ title, fields }) => ({
    title: title[language],
    rows: fields.flatMap((id) => {
      const field = byId.get(id);
      return field ? [rowOf(id, field, language)] : [];
    }),
  }));
  const note = form.confidence === 'C' ? ` — ${words.layout}` : '';
  return {
    language,
    title: form.title[language],
    subtitle: printable(`${form.citation}${note}`),
    cover: form.cover ? coverOf(form, prepared, byId, provenance) : null,
    sections: sections.filter(({ rows }) => rows.length > 0),
    items: itemsOf(form, prepared),
    legend: words.legend,
    footer: printable(words.footer(provenance)),
  };
}

function rowOf(id: FieldId, field: FilledField, language: 'ja' | 'en'): DocumentRow {
  const words = WORDS[language];
  const isLog = FIELDS[id].from === 'log';
  const missing = field.confidence === 'missing';
  const sure = field.confidence === 'missing' ? '' : words[field.confidence];
  const asOf = field.asOf === null ? '' : `${formTime(field.asOf, language)} ${words.asOf}`;
  return {
    label: FIELDS[id].label[language],
    text: missing ? `(${words.missing})` : printable(field.text),
    note: isLog || missing ? '' : `${sure} / ${asOf}`,
    changed: field.changed,
    missing,
  };
}

function coverOf(
  form: Form,
  { language }: PreparedFiling,
  fields: ReadonlyMap<string, FilledField>,
  { recordedAt }: Provenance,
): ReportDocument['cover'] {
  const words = WORDS[language];
  const text = (id: FieldId): string => printable(fields.get(id)?.text ?? '');
  return [
    { label: words.to, text: language === 'ja' ? '日本暗号資産等取引業協会 御中' : 'JVCEA' },
    { label: words.from, text: [text('firm.name'), text('firm.contact')].filter(Boolean).join('\n') },
    {
      label: words.subject,
      text: `${form.title[language]} ${text('report.round')}\n${text('incident.title')}`,
    },
    { label: words.date, text: formTime(isoTime(parseTime(recordedAt)), language) },
    { label: '', text: words.copy },
  ];
}

function itemsOf(form: Form, { items, language }: PreparedFiling): ReportDocument['items'] {
  const known = form.set === null ? [] : (DOCUMENT_SETS[form.set] ?? []);
  return items.map(({ id, source }) => ({
    label: known.find((item) => item.id === id)?.label[language] ?? id,
    source: source === null ? null : sourceText(source, language),
  }));
}

/** `field: x` is answered in the document itself, `attached: name` lies beside it. */
function sourceText(source: string, language: 'ja' | 'en'): string {
  if (source.startsWith('field: ')) return language === 'ja' ? '本書に記載' : 'in this document';
  const name = printable(source.replace(/^attached: /, ''));
  return language === 'ja' ? `添付: ${name}` : `attached: ${name}`;
}

export const SET_TITLE = { ja: '提出資料の一覧', en: 'Documents of the set' } as const;
export const MISSING_ITEM = { ja: '未添付', en: 'MISSING' } as const;
export const COVER_TITLE = { ja: '表紙', en: 'Cover sheet' } as const;
