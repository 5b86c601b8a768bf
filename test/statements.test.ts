/** Statement files as banks and custodians write them: read exactly, or refused with the place and the reason. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCamt053 } from '../packages/server/src/connectors/statements/camt053.ts';
import {
  readCustodianCsv,
  readCustodianJson,
} from '../packages/server/src/connectors/statements/custodian.ts';
import { readMt940 } from '../packages/server/src/connectors/statements/mt940.ts';
import { type ReadFile, STATEMENT_BYTES_MAX } from '../packages/server/src/connectors/statements/reading.ts';
import { COLUMN_NAMES, SIDE_MARKS } from '../packages/server/src/connectors/statements/zengin-columns.ts';
import { japaneseDay, readZenginCsv } from '../packages/server/src/connectors/statements/zengin-csv.ts';
import {
  readZenginFixed,
  ZENGIN_RECORD_BYTES,
} from '../packages/server/src/connectors/statements/zengin-fixed.ts';

const DECIMALS = { JPY: 0, EUR: 2, USD: 2, BTC: 8 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const codeOf = (read: ReadFile): string => ('problem' in read ? read.problem.code : 'read');
const first = (read: ReadFile) => {
  if ('problem' in read) throw new Error(`${read.problem.where}: ${read.problem.message}`);
  const [statement] = read.statements;
  if (statement === undefined) throw new Error('nothing was read');
  return statement;
};
const amounts = (read: ReadFile): string[] => first(read).entries.map(({ amount }) => amount);

const balance = (code: string, amount: string, on: string, side = 'CRDT'): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>${on}</Dt></Dt></Bal>`;
const entry = (amount: string, side: string, status: string, more = '', ccy = 'EUR'): string =>
  `<Ntry><Amt Ccy="${ccy}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${more}<Sts>${status}</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef></Ntry>`;
const batch =
  '<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>' +
  '<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt></TxDtls>' +
  '<TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><Amt Ccy="EUR">20.00</Amt></TxDtls></NtryDtls></Ntry>';
const statement = (inside: string, closing: string, page = '', id = 'S-1', opening = '100.00'): string =>
  `<Stmt><Id>${id}</Id>${page}<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>${balance('OPBD', opening, '2026-11-20')}${balance('CLBD', closing, '2026-11-20')}${inside}</Stmt>`;
const camt = (inside: string, version = '02', before = ''): Uint8Array =>
  bytes(
    `<?xml version="1.0" encoding="UTF-8"?>\n${before}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>${inside}</BkToCstmrStmt></Document>`,
  );
const ENTRIES = `${batch}${entry('5.50', 'DBIT', 'BOOK')}${entry('1.00', 'CRDT', 'BOOK', '<RvslInd>true</RvslInd>')}${entry('9.99', 'CRDT', 'PDNG')}`;

describe('camt.053', () => {
  test('booked, pending, reversed and batched entries of .02', () => {
    const read = readCamt053(camt(statement(ENTRIES, '125.50')), DECIMALS);
    expect(amounts(read)).toEqual(['1000', '2000', '-550', '100', '999']);
    expect(first(read)).toMatchObject({
      opening: '10000',
      closing: '12550',
      currency: 'EUR',
      from: '2026-11-20',
    });
    expect(first(read).entries.map(({ isBooked }) => isBooked)).toEqual([true, true, true, true, false]);
    expect(first(read).entries[1]).toMatchObject({ id: 'B1/2', reference: 'E2' });
  });

  test('.08 writes the status as a code; prefixes are no matter', () => {
    const inside = statement(ENTRIES.replaceAll(/<Sts>(\w+)<\/Sts>/g, '<Sts><Cd>$1</Cd></Sts>'), '125.50');
    expect(codeOf(readCamt053(camt(inside, '08'), DECIMALS))).toBe('read');
    const prefixed = new TextDecoder()
      .decode(camt(inside, '08'))
      .replaceAll(/<(\/?)([A-Z])/g, '<$1c:$2')
      .replace('xmlns=', 'xmlns:c=');
    expect(codeOf(readCamt053(bytes(prefixed), DECIMALS))).toBe('read');
  });

  test('the days that it is about', () => {
    const days = (text: string): string => {
      const { from, to } = first(readCamt053(camt(text), DECIMALS));
      return `${from} ${to}`;
    };
    const previous = statement(ENTRIES, '125.50').replace('2026-11-20', '2026-11-19');
    expect(days(previous), 'an opening balance is of the first day').toBe('2026-11-19 2026-11-20');
    expect(days(previous.replace('OPBD', 'PRCD')), 'one of the day before').toBe('2026-11-20 2026-11-20');
    const told = (from: string, to: string): string =>
      statement(
        `<FrToDt><FrDtTm>2026-11-${from}</FrDtTm><ToDtTm>2026-11-${to}</ToDtTm></FrToDt>${ENTRIES}`,
        '125.50',
      );
    expect(days(told('20T00:00:00', '21T00:00:00'))).toBe('2026-11-20 2026-11-20');
    expect(days(told('20T00:00:00+09:00', '20T23:59:59+09:00'))).toBe('2026-11-20 2026-11-20');
    expect(days(told('18T00:00:00', '20T00:00:00')), 'it is balanced on that day').toBe(
      '2026-11-18 2026-11-20',
    );
  });

  test('pages of one statement become one', () => {
    const page = (n: number, last: boolean): string =>
      `<StmtPgntn><PgNb>${n}</PgNb><LastPgInd>${last}</LastPgInd></StmtPgntn>`;
    const one = statement(entry('1.00', 'CRDT', 'BOOK'), '101.00', page(1, false));
    const two = statement(entry('2.00', 'CRDT', 'BOOK'), '103.00', page(2, true), 'S-1', '101.00');
    expect(first(readCamt053(camt(one + two), DECIMALS))).toMatchObject({
      opening: '10000',
      closing: '10300',
    });
    expect(codeOf(readCamt053(camt(one), DECIMALS))).toBe('truncated');
    expect(codeOf(readCamt053(camt(two), DECIMALS))).toBe('bad-sequence');
    expect(codeOf(readCamt053(camt(one + two.replace('101.00', '102.00')), DECIMALS))).toBe('bad-sequence');
  });

  test.each<[string, Uint8Array, string]>([
    ['a balance off by a cent', camt(statement(ENTRIES, '125.51')), 'does-not-add'],
    ['a batch off by a cent', camt(statement(ENTRIES.replace('>10.00<', '>10.01<'), '125.50')), 'bad-totals'],
    ['three decimals', camt(statement(entry('1.005', 'CRDT', 'BOOK'), '101.00')), 'bad-amount'],
    [
      'an entry in another currency',
      camt(statement(entry('1.00', 'CRDT', 'BOOK', '', 'USD'), '101.00')),
      'other-currency',
    ],
    [
      'an unknown currency',
      camt(statement(entry('1.00', 'CRDT', 'BOOK', '', 'QQQ'), '101.00')),
      'other-currency',
    ],
    [
      'a count that is wrong',
      camt(
        statement(
          `<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries></TxsSummry>${ENTRIES}`,
          '125.50',
        ),
      ),
      'bad-totals',
    ],
    ['a file cut in the middle', camt(statement(ENTRIES, '125.50')).slice(0, 700), 'truncated'],
    [
      'another message',
      bytes('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02"/>'),
      'not-this-format',
    ],
    [
      'a day that is none',
      camt(statement(ENTRIES.replace('2026-11-20', '2026-11-31'), '125.50')),
      'bad-date',
    ],
    ['a DOCTYPE', camt('', '02', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), 'hostile'],
    ['an entity', camt(statement(ENTRIES, '125.50', '<X>&lol;</X>')), 'hostile'],
    ['CDATA', camt('<![CDATA[x]]>'), 'hostile'],
    ['endless depth', bytes('<a>'.repeat(100)), 'hostile'],
    ['no XML at all', bytes('hello'), 'not-this-format'],
    ['bytes that are no UTF-8', Uint8Array.of(0x3c, 0xff, 0xfe), 'bad-characters'],
    ['a file beyond the limit', new Uint8Array(STATEMENT_BYTES_MAX + 1), 'too-large'],
  ])('%s is refused', (_, file, code) => {
    expect(codeOf(readCamt053(file, DECIMALS))).toBe(code);
  });
});

const MT = [
  '{1:F01BANKDEFFQQQX0000000000}{2:I940BANKDEFFQQQXN}{4:',
  ':20:STARTUMS',
  ':25:10020030/1234567',
  ':28C:00042/001',
  ':60F:C261119EUR1000,00',
  ':61:2611201120D200,50NTRFE2E-1//BANK1',
  'further words',
  ':86:177?00SEPA?20Rent',
  ':61:261120C0,5NMSCNONREF',
  ':61:261120RC100,NMSCX//BANK3',
  ':61:261120RD50,00NMSCY',
  ':62F:C261120EUR750,00',
  ':86:of the whole statement',
  '-}',
].join('\r\n');

describe('MT940', () => {
  test('debits, credits, reversals, commas and narratives', () => {
    const read = readMt940(bytes(MT), DECIMALS);
    expect(amounts(read)).toEqual(['-20050', '50', '-10000', '5000']);
    expect(first(read)).toMatchObject({
      account: '10020030/1234567',
      statementId: '2026-00042',
      closing: '75000',
    });
    expect(first(read).entries[0]).toMatchObject({ id: 'BANK1', reference: 'E2E-1', text: 'further words' });
    expect(first(read).entries[1]?.reference).toBe('');
  });

  test('pages join where they follow each other', () => {
    const page = (n: number, from: string, line: string, to: string): string =>
      [':20:X', ':25:A', `:28C:7/${n}`, from, line, to].join('\n');
    const one = page(1, ':60F:C261119EUR10,00', ':61:261120C1,00NTRFNONREF', ':62M:C261120EUR11,00');
    const two = page(2, ':60M:C261120EUR11,00', ':61:261120C2,00NTRFNONREF', ':62F:C261120EUR13,00');
    expect(first(readMt940(bytes(`${one}\n-\n${two}`), DECIMALS))).toMatchObject({
      opening: '1000',
      closing: '1300',
    });
    expect(codeOf(readMt940(bytes(one), DECIMALS))).toBe('truncated');
    expect(codeOf(readMt940(bytes(two), DECIMALS))).toBe('bad-sequence');
    expect(codeOf(readMt940(bytes(`${one}\n${two.replace('7/2', '7/3')}`), DECIMALS))).toBe('bad-sequence');
  });

  test('is about the days after that of its opening balance, and about that one where something is booked on it', () => {
    const period = (from: string, to: string, line = ':61:2611201120C1,00NTRFX'): string => {
      const text = `:20:X\n:25:A\n:28C:1\n:60F:C${from}EUR0,00\n${line}\n:62F:C${to}EUR1,00`;
      const read = first(readMt940(bytes(text), DECIMALS));
      return `${read.from} ${read.to}`;
    };
    expect(period('261119', '261120')).toBe('2026-11-20 2026-11-20');
    expect(period('261118', '261120')).toBe('2026-11-19 2026-11-20');
    expect(period('261120', '261120')).toBe('2026-11-20 2026-11-20');
    expect(period('261119', '261120', ':61:2611201119C1,00NTRFX')).toBe('2026-11-19 2026-11-20');
  });

  test('an entry counts on the day on which it was booked, also over the end of a year', () => {
    const days =
      ':61:2601020102C1,00NTRFX\n:61:2512310102C1,00NTRFX\n:61:2601021231C1,00NTRFX\n:61:260102C1,00NTRFX';
    const text = `:20:X\n:25:A\n:28C:1\n:60F:C251231EUR0,00\n${days}\n:62F:C260102EUR4,00`;
    expect(first(readMt940(bytes(text), DECIMALS)).entries.map(({ on }) => on)).toEqual([
      '2026-01-02',
      '2026-01-02',
      '2025-12-31',
      '2026-01-02',
    ]);
  });

  test('narratives of banks that do not write UTF-8, and lines that begin with a dash', () => {
    const latin = MT.replace('Rent', 'M\u00fcller');
    const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0));
    expect(amounts(readMt940(bytesOf(latin), DECIMALS))).toEqual(['-20050', '50', '-10000', '5000']);
    const yen =
      ':20:X\n:25:A\n:28C:1\n:60F:C261119JPY0,\n:61:261120C7,NINTNONREF\n:86:?\n- 7\n:62F:C261120JPY7,\n-}{5:{CHK:1}}';
    const [before = '', after = ''] = yen.split('?');
    // 利息 in Shift_JIS.
    const kanji = Uint8Array.of(...bytes(before), 0x97, 0x98, 0x91, 0xa7, ...bytes(after));
    expect(first(readMt940(kanji, DECIMALS)).entries).toMatchObject([{ amount: '7', text: '利息 - 7' }]);
  });

  test.each<[string, string, string]>([
    ['a point for a comma', MT.replace('200,50', '200.50'), 'bad-field'],
    ['no comma', MT.replace('RC100,', 'RC100'), 'bad-amount'],
    ['three decimals', MT.replace('200,50', '200,505'), 'bad-amount'],
    ['a missing line', MT.replace(':61:261120C0,5NMSCNONREF\r\n', ''), 'does-not-add'],
    ['the end cut off', MT.slice(0, MT.indexOf(':62F:')), 'truncated'],
    ['two openings', MT.replace(':60F:', ':60F:C261119EUR1000,00\r\n:60F:'), 'bad-field'],
    ['another currency at the end', MT.replace(':62F:C261120EUR', ':62F:C261120USD'), 'other-currency'],
    ['a date that is none', MT.replace('2611201120D', '2613201120D'), 'bad-date'],
    ['something else', 'hello', 'not-this-format'],
  ])('%s is refused', (_, text, code) => {
    expect(codeOf(readMt940(bytes(text), DECIMALS))).toBe(code);
  });
});

/** Half-width katakana, letters and digits as one byte each (JIS X 0201). */
function jis(text: string): Uint8Array {
  return Uint8Array.from(
    [...text].map((c) => (c >= '｡' && c <= 'ﾟ' ? c.charCodeAt(0) - 0xff61 + 0xa1 : c.charCodeAt(0))),
  );
}
const n = (value: number, length: number): string => String(value).padStart(length, '0');
const c = (text: string, length: number): string => text.padEnd(length, ' ');
const HEAD = `1030${'081121'}${'081120'}${'081120'}0001${c('ﾐｽﾞﾎ', 15)}110${c('ｼﾌﾞﾔ', 15)}0001${n(1234567, 10)}${c('ｶ)ｿﾅｴ', 40)}11${n(1_000_000, 14)}${c('', 71)}`;
const data = (id: number, side: 1 | 2, yen: number, who: string): string =>
  `2${n(id, 8)}081120081120${side}11${n(yen, 12)}${n(0, 12)}${n(0, 6)}${n(0, 6)}0${n(0, 7)}000${n(0, 10)}${c(who, 48)}${c('', 15)}${c('', 15)}${c('ﾌﾘｺﾐ', 20)}${c('REF1', 20)} `;
const TRAILER = `8${n(1, 6)}${n(50_000, 13)}${n(1, 6)}${n(20_000, 13)}1${n(1_030_000, 14)}${n(2, 7)}${c('', 139)}`;
const END = `9${n(5, 10)}${n(1, 5)}${c('', 184)}`;
const RECORDS = [HEAD, data(1, 1, 50_000, 'ﾔﾏﾀﾞ ﾀﾛｳ'), data(2, 2, 20_000, 'ﾃｽｳﾘﾖｳ'), TRAILER, END];

describe('全銀 入出金取引明細', () => {
  test('records of 200 bytes with half-width kana, with and without line ends', () => {
    expect(RECORDS.map((one) => one.length)).toEqual(RECORDS.map(() => ZENGIN_RECORD_BYTES));
    for (const joint of ['', '\r\n']) {
      const read = readZenginFixed(jis(RECORDS.join(joint)));
      expect(amounts(read)).toEqual(['50000', '-20000']);
      expect(first(read)).toMatchObject({
        account: '0001-110-1-0001234567',
        currency: 'JPY',
        from: '2026-11-20',
        opening: '1000000',
        closing: '1030000',
      });
      expect(first(read).entries[0]).toMatchObject({ text: 'ﾔﾏﾀﾞ ﾀﾛｳ ﾌﾘｺﾐ', reference: 'REF1' });
    }
  });

  test.each<[string, string[], string]>([
    ['without its end', RECORDS.slice(0, 4), 'truncated'],
    ['without its trailer', [...RECORDS.slice(0, 3), END], 'bad-sequence'],
    ['with a line left out', [HEAD, RECORDS[1] ?? '', TRAILER, END], 'bad-totals'],
    ['with a changed amount', [HEAD, data(1, 1, 50_001, ''), ...RECORDS.slice(2)], 'bad-totals'],
    [
      'with a changed balance',
      [HEAD.replace('00000001000000', '00000001000001'), ...RECORDS.slice(1)],
      'does-not-add',
    ],
    [
      'with letters for digits',
      [HEAD, RECORDS[1]?.replace('000000050000', '00000005OOOO') ?? '', ...RECORDS.slice(2)],
      'bad-amount',
    ],
    ['of another kind', [HEAD.replace('103', '121'), ...RECORDS.slice(1)], 'not-this-format'],
    [
      'with a wrong count at the end',
      [...RECORDS.slice(0, 4), `9${n(6, 10)}${n(1, 5)}${c('', 184)}`],
      'bad-totals',
    ],
  ])('a file %s is refused', (_, records, code) => {
    expect(codeOf(readZenginFixed(jis(records.join('\r\n'))))).toBe(code);
  });

  test('a file that ends within a record is refused', () => {
    expect(codeOf(readZenginFixed(jis(RECORDS.join('')).slice(0, -1)))).toBe('truncated');
  });
});

const CSV = [
  '口座番号,1234567',
  '取引日,摘要,出金(円),入金(円),残高(円)',
  '令和8年11月19日,給与,"200,000",,"1,800,000"',
  '2026/11/20,振込 ヤマダ,,"¥50,000","1,850,000"',
].join('\r\n');
/** 取引日,摘要,出金,入金,残高 CRLF R8.11.20,利息,,7,1007 in Shift_JIS, written out as bytes. */
const SHIFT_JIS = Uint8Array.from([
  ...[0x8e, 0xe6, 0x88, 0xf8, 0x93, 0xfa, 0x2c, 0x93, 0x45, 0x97, 0x76, 0x2c, 0x8f, 0x6f, 0x8b, 0xe0, 0x2c],
  ...[0x93, 0xfc, 0x8b, 0xe0, 0x2c, 0x8e, 0x63, 0x8d, 0x82, 0x0d, 0x0a],
  ...bytes('R8.11.20,'),
  ...[0x97, 0x98, 0x91, 0xa7],
  ...bytes(',,7,1007\r\n'),
]);

const SIDES = '取引日,入払区分,取引金額,残高\n2026/11/19,入金,10,10\n2026/11/20,出金,3,7';
/** The same three movements as eight banks would write them. */
const LAYOUTS: readonly (readonly [string, string])[] = [
  [
    'two columns, and a mark beside them',
    '"日付","摘要","摘要内容","支払い金額","預かり金額","差引残高","メモ","未資金化区分","入払区分"\n"2026/11/18","振込１","ヤマダ","","1,000","1,500","","",""\n"2026/11/19","手数料","","220","","1,280","","",""\n"2026/11/20","利息","","","1","1,281","","",""',
  ],
  [
    'two columns with a nought in the other',
    '年月日,お引出し,お預入れ,お取り扱い内容,残高\nR8.11.18,0,1000,振込１ ヤマダ,1500\nR8.11.19,220,0,手数料,1280\nR8.11.20,0,1,利息,1281',
  ],
  [
    'one column with a sign',
    '取引日,入出金(円),取引後残高(円),入出金内容\n20261118,1000,1500,振込１ ヤマダ\n20261119,-220,1280,手数料\n20261120,1,1281,利息',
  ],
  [
    'one column and a mark',
    '取扱日付,入払区分,取引金額,取引後残高,摘要\n2026-11-18,1,1000,1500,振込１ ヤマダ\n2026-11-19,2,220,1280,手数料\n2026-11-20,1,1,1281,利息',
  ],
  [
    'a day in three cells',
    '操作日(年),操作日(月),操作日(日),操作時刻(時),摘要,お支払金額,お預り金額,残高\n2026,11,18,9,振込１ ヤマダ,,1000,1500\n2026,11,19,9,手数料,220,,1280\n2026,11,20,9,利息,,1,1281',
  ],
  [
    'money received and paid out',
    '現在残高,"1,281"\n取引日,受入金額（円）,払出金額（円）,詳細１,詳細２,現在（貸付）高\n20261118,1000,,振込１,ヤマダ,1500\n20261119,,220,手数料,,1280\n20261120,1,,利息,,1281',
  ],
  [
    'the balance brought over',
    '日付,お引出金額,お預入金額,お取引内容,残高\n2026.11.18,,,前月より繰越,500\n2026.11.18,,1000,振込１ ヤマダ,1500\n2026.11.19,220,,手数料,1280\n2026.11.20,,1,利息,1281',
  ],
  [
    'full-width figures, newest first',
    '取引日,出金,入金,残高,摘要\n２０２６年１１月２０日,,￥１,￥１，２８１,利息\n２０２６年１１月１９日,￥２２０,,￥１，２８０,手数料\n２０２６年１１月１８日,,￥１，０００,￥１，５００,振込１ ヤマダ',
  ],
];

describe('CSV of Japanese banks', () => {
  test.each(LAYOUTS)('%s', (_, text) => {
    const statement = first(readZenginCsv(bytes(text), 'main'));
    expect(statement).toMatchObject({
      opening: '500',
      closing: '1281',
      from: '2026-11-18',
      to: '2026-11-20',
    });
    expect(statement.entries.map(({ on, amount, text }) => `${on} ${amount} ${text}`)).toEqual([
      '2026-11-18 1000 振込１ ヤマダ',
      '2026-11-19 -220 手数料',
      '2026-11-20 1 利息',
    ]);
  });

  test('UTF-8 with and without BOM, eras, separators; newest first too', () => {
    for (const text of [CSV, `\uFEFF${CSV}`]) {
      const read = readZenginCsv(bytes(text), 'main');
      expect(amounts(read)).toEqual(['-200000', '50000']);
      expect(first(read)).toMatchObject({
        opening: '2000000',
        closing: '1850000',
        from: '2026-11-19',
        to: '2026-11-20',
      });
    }
    const [account, head, one, two] = CSV.split('\r\n');
    expect(amounts(readZenginCsv(bytes([account, head, two, one].join('\n')), 'main'))).toEqual([
      '-200000',
      '50000',
    ]);
  });

  test('Shift_JIS', () => {
    const read = readZenginCsv(SHIFT_JIS, 'main');
    expect(first(read)).toMatchObject({ opening: '1000', closing: '1007', from: '2026-11-20' });
    expect(first(read).entries[0]?.text).toBe('利息');
    expect(codeOf(readZenginCsv(Uint8Array.of(...SHIFT_JIS, 0x81), 'main'))).toBe('bad-characters');
  });

  test.each([
    ['令和元年5月1日', '2019-05-01'],
    ['H31.4.30', '2019-04-30'],
    ['2026年1月2日', '2026-01-02'],
    ['20261122', '2026-11-22'],
  ])('%s is %s', (text, day) => {
    expect(japaneseDay(text, 'here')).toBe(day);
  });

  test.each<[string, string, string]>([
    ['a line cut out', `${CSV}\r\n2026/11/20,x,1,,"1,849,998"`, 'does-not-add'],
    ['separators in odd places', CSV.replace('"200,000"', '"20,0000"'), 'bad-amount'],
    ['decimals', CSV.replace('"200,000"', '200000.5'), 'bad-amount'],
    ['both in and out', CSV.replace('"200,000",,', '"200,000",1,'), 'bad-field'],
    ['money left out of the first line', CSV.replace('"200,000",,', ',,'), 'truncated'],
    ['money left out of a later line', CSV.replace('"¥50,000"', ''), 'does-not-add'],
    ['a mark that says neither', SIDES.replace('出金,3', '？,3'), 'bad-field'],
    ['a mark that says the other', SIDES.replace('出金,3', '入金,3'), 'does-not-add'],
    ['only money out', '取引日,出金,残高\n2026/11/20,1,9', 'not-this-format'],
    ['no day', '摘要,出金,入金,残高\nx,1,,9', 'not-this-format'],
    ['half a day', '操作日(年),操作日(日),出金,入金,残高\n2026,20,1,,9', 'not-this-format'],
    ['a quote that does not close', CSV.slice(0, -1), 'truncated'],
    ['no balance column', CSV.replace('残高(円)', 'x'), 'not-this-format'],
    ['a day that is none', CSV.replace('2026/11/20', '2026/02/30'), 'bad-date'],
  ])('%s is refused', (_, text, code) => {
    expect(codeOf(readZenginCsv(bytes(text), 'main'))).toBe(code);
  });
});

/** As the guide writes them: [what may be left out], one of [these/those], and names apart. */
const namesIn = ({ source }: RegExp): string =>
  source
    .slice('^('.length, -')$'.length)
    .replaceAll(/\[([^\]])([^\]])\]\?/g, '<$1/$2>')
    .replaceAll(/(?<!\\)\(([^)]*)\)\?/g, (_, inner: string) => `<${inner.replaceAll('|', '/')}>`)
    .replaceAll(/(?<!\\)\(([^)\\]*)\)/g, (_, inner: string) => `{${inner.replaceAll('|', '/')}}`)
    .replaceAll(/(.)\?/g, '<$1>')
    .replaceAll('\\', '')
    .replaceAll('|', '、')
    .replaceAll('<', '[')
    .replaceAll('>', ']');

test('the guide names the columns and marks of the CSV that are understood, all of them', () => {
  const guide = readFileSync(new URL('../docs/guides/reserves.md', import.meta.url), 'utf8');
  const wanted = [...Object.values(COLUMN_NAMES), ...Object.values(SIDE_MARKS)].map(namesIn);
  const rows = guide.split('\n').map((line) => line.split('|')[2]?.trim());
  expect(wanted.filter((names) => !rows.includes(names))).toEqual([]);
  // What the guide writes is read: one of each kind, with and without what may be left out.
  for (const [name, cell] of [
    ['date', 'お取引日付'],
    ['date', '取引日'],
    ['out', 'お引出し金額'],
    ['in', '預入額'],
    ['balance', '差引残高'],
    ['text', '詳細2'],
  ] as const)
    expect(COLUMN_NAMES[name].test(cell), cell).toBe(true);
});

const CUSTODY = {
  format: 'sonae-custodian-statement/1',
  account: 'vault-1',
  asset: 'BTC',
  statement: '2026-11-20',
  from: '2026-11-20',
  to: '2026-11-20',
  opening: '10.5',
  closing: '10.25',
  entries: [
    { id: 'a', date: '2026-11-20', amount: '-0.25', status: 'booked', reference: 'tx1' },
    { id: 'b', date: '2026-11-20', amount: '1', status: 'pending' },
  ],
};
const CUSTODY_CSV = [
  'account,vault-1',
  'asset,BTC',
  'statement,2026-11-20',
  'from,2026-11-20',
  'to,2026-11-20',
  'opening,10.5',
  'closing,10.25',
  'id,date,amount,status,reference,text',
  'a,2026-11-20,-0.25,booked,tx1,',
  'end,1',
].join('\n');

describe('custodians', () => {
  test('JSON and CSV say the same', () => {
    const json = first(readCustodianJson(bytes(JSON.stringify(CUSTODY)), DECIMALS));
    const csv = first(readCustodianCsv(bytes(CUSTODY_CSV), DECIMALS));
    expect(csv).toEqual({ ...json, entries: json.entries.slice(0, 1) });
    expect(json).toMatchObject({ opening: '1050000000', closing: '1025000000' });
  });

  test.each<[string, object, string]>([
    ['a number for a text', { ...CUSTODY, opening: 10.5 }, 'bad-field'],
    ['nine decimals', { ...CUSTODY, opening: '10.500000001' }, 'bad-amount'],
    ['an id twice', { ...CUSTODY, entries: [CUSTODY.entries[0], CUSTODY.entries[0]] }, 'bad-field'],
    ['a wrong sum', { ...CUSTODY, closing: '10.24' }, 'does-not-add'],
    ['another layout', { ...CUSTODY, format: 'x' }, 'bad-field'],
  ])('JSON with %s is refused', (_, value, code) => {
    expect(codeOf(readCustodianJson(bytes(JSON.stringify(value)), DECIMALS))).toBe(code);
  });

  test('a file without its last line is cut', () => {
    expect(codeOf(readCustodianCsv(bytes(CUSTODY_CSV.replace('\nend,1', '')), DECIMALS))).toBe('truncated');
    expect(codeOf(readCustodianCsv(bytes(CUSTODY_CSV.replace('end,1', 'end,2')), DECIMALS))).toBe(
      'bad-totals',
    );
    expect(codeOf(readCustodianJson(bytes(JSON.stringify(CUSTODY).slice(0, 90)), DECIMALS))).toBe(
      'truncated',
    );
  });
});
