/** Documents as their readers open them: text comes back from PDF, DOCX and XLSX, and hostile content stays text. */

import { FORMS, formFor } from '@sonae/core/nouns/reports/engine/forms.ts';
import type { FilledField } from '@sonae/core/nouns/reports/facts/filings.ts';
import { unzipSync } from 'fflate';
import mammoth from 'mammoth';
import { readSheet } from 'read-excel-file/node';
import { extractText } from 'unpdf';
import { describe, expect, test } from 'vitest';
import {
  documentOf,
  type PreparedFiling,
  type ReportDocument,
} from '../packages/server/src/documents/document.ts';
import { excelOf } from '../packages/server/src/documents/excel.ts';
import { pdfOf } from '../packages/server/src/documents/pdf.ts';
import { wordOf } from '../packages/server/src/documents/word.ts';

const AT = '2026-09-18T01:00:00Z';
const PROVENANCE = { origin: 'log.example', seq: 42, recordedAt: AT, factId: '01K' };

function documentWith(texts: Readonly<Record<string, string>>, form = 'jvcea-first-set'): ReportDocument {
  const found = FORMS.find(({ id }) => id === form);
  const ids = [...new Set(found?.sections.flatMap(({ fields }) => fields) ?? [])];
  const fields = ids.map((id): FilledField => {
    const text = texts[id];
    const known = { text: text ?? '', asOf: AT, fact: 7, changed: text !== undefined };
    return { id, ...known, confidence: text === undefined ? 'missing' : 'estimated' };
  });
  const items = [
    { id: 'event', source: 'field: summary' },
    { id: 'wallet-manual', source: null },
  ];
  const prepared: PreparedFiling = {
    filing: 'f',
    subject: 's',
    form,
    language: found?.language ?? 'ja',
    round: 2,
    fields,
    items,
  };
  const document = documentOf(prepared, PROVENANCE);
  if (!document) throw new Error(`no form ${form}`);
  return document;
}

const pdfText = async (bytes: Uint8Array): Promise<string> =>
  (await extractText(bytes, { mergePages: true })).text.replace(/\s+/g, '');
const wordText = async (bytes: Uint8Array): Promise<string> =>
  (await mammoth.extractRawText({ buffer: Buffer.from(bytes) })).value;
const excelCells = async (bytes: Uint8Array): Promise<string[]> =>
  (await readSheet(Buffer.from(bytes))).flat().map((cell) => String(cell ?? ''));

describe('a filing', () => {
  const document = documentWith({
    summary: 'ホットウォレットから不正に送金された。',
    'loss.destinations': 'bc1qexample',
  });

  test('reads back from PDF: type of Japan, cover, values with confidence, what is missing', async () => {
    const text = await pdfText(await pdfOf(document));
    for (const part of [
      '表紙',
      '日本暗号資産等取引業協会御中',
      'ホットウォレットから不正に送金された。',
      '概算',
      '未添付',
      '第42号',
    ])
      expect(text, part).toContain(part);
  });

  test('reads back from DOCX', async () => {
    const text = await wordText(await wordOf(document));
    for (const part of [
      '緊急事態報告資料',
      'ホットウォレットから不正に送金された。',
      '流出先アドレス',
      '(未記載)',
    ])
      expect(text, part).toContain(part);
  });

  test('reads back from XLSX', async () => {
    const cells = await excelCells(await excelOf(document));
    expect(cells).toContain('ホットウォレットから不正に送金された。');
    expect(cells).toContain('bc1qexample');
    expect(cells).toContain('未添付');
  });

  test.each(FORMS.map(({ id }) => id))('%s prints', async (form) => {
    const bytes = await pdfOf(documentWith({ summary: 's', 'incident.title': 't' }, form));
    expect(new TextDecoder().decode(bytes.slice(0, 5))).toBe('%PDF-');
  });
});

describe('hostile content', () => {
  const HOSTILE = {
    summary: '=HYPERLINK("https://evil.example","x")',
    'incident.title': '<script>alert(1)</script> {{constructor}} #{7*7}',
    'users.response': '+cmd|calc!A1',
    containment: '@SUM(1+1)\u202etxt.exe\u0000\u0007',
    'wallet.structure': '</w:t></w:r><w:r><w:t>injected',
    'loss.assets': `-2+3 ${'長'.repeat(5_000)}`,
  };
  const document = documentWith(HOSTILE);

  test('is no formula in XLSX, whatever it begins with', async () => {
    const bytes = await excelOf(document);
    const files = unzipSync(bytes);
    const sheets = Object.entries(files).filter(([name]) => name.includes('worksheets/'));
    expect(sheets.length).toBeGreaterThan(0);
    for (const [name, xml] of sheets) expect(new TextDecoder().decode(xml), name).not.toMatch(/<f[ >]/);
    const cells = await excelCells(bytes);
    expect(cells).toContain(HOSTILE.summary);
    expect(cells).toContain(HOSTILE['users.response']);
    expect(cells).toContain('@SUM(1+1)txt.exe');
  });

  test('is text in DOCX and PDF: no markup of its own, no control characters, no link', async () => {
    const word = await wordOf(document);
    expect(await wordText(word)).toContain('</w:t></w:r><w:r><w:t>injected');
    const pdf = await pdfOf(document);
    const text = await pdfText(pdf);
    expect(text).toContain('<script>alert(1)</script>{{constructor}}#{7*7}');
    expect(Buffer.from(pdf).toString('latin1')).not.toMatch(/\/(URI|JavaScript|JS|Launch)\b/);
  });
});

describe('the form of the day', () => {
  test.each([
    ['cyber-ddos', '2025-09-30', 'fault-report-1'],
    ['cyber-ddos', '2025-10-01', 'common-ddos'],
    ['cyber-ransomware', '2025-09-30', 'fault-report-1'],
    ['cyber-ransomware', '2026-09-30', 'common-ransomware'],
    ['cyber-intrusion', '2026-09-30', 'fault-report-1'],
    ['cyber-intrusion', '2026-10-01', 'common-other-cyber'],
    ['asset-outflow', '2026-10-01', 'common-other-cyber'],
    ['system-fault', '2026-10-01', 'fault-report-1'],
  ] as const)('%s filed on %s: %s', (kind, day, expected) => {
    expect(formFor('fsa-incident', [kind], day)?.id).toBe(expected);
  });
});
