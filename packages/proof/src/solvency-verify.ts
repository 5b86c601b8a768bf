/**
 * Checks of a solvency statement against what it joins: the statement of liabilities, the statements of reserves, the
 * signature and the log. The answer is a list that people can read; only a text that is no statement is thrown at.
 */
import { equalBytes, toHex } from './bytes.ts';
import { epochRoot, type Statement } from './liabilities.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { owedInSmallest, type PrivateStatement, privateEpochRoot } from './private-liabilities.ts';
import { ProofError } from './proof-error.ts';
import { type Check, checked, type Said, unchecked } from './reserves-check.ts';
import { parseReserves, type ReservesStatement, reservesDigest } from './reserves-statement.ts';
import { type ReservesExpects, type ReservesReport, verifyReserves } from './reserves-verify.ts';
import { type NoteVerifier, openNote, parseNote } from './signed-note.ts';
import {
  parseSolvency,
  ratiosOf,
  type SolvencyAsset,
  type SolvencyStatement,
  solvencyAsset,
  solvencyDigest,
  withoutProof,
} from './solvency.ts';

/** What is owed, from the statement of either mode. */
export type StatedLiabilities =
  | { readonly mode: 'open'; readonly statement: Statement }
  | {
      readonly mode: 'private';
      readonly statement: PrivateStatement;
      /** `totalsAreProved` of private-proof, with an engine; without it the totals are not checked. */
      readonly totalsAreProved: (() => boolean) | null;
    };

export type SolvencyExpects = {
  readonly exchange: string;
  readonly epoch: string;
  /** Keys of the firm, from elsewhere than the statement. */
  readonly keys: readonly NoteVerifier[];
  /** Digest of the statement as the log holds it, and the epoch root of the liabilities as the log holds it. */
  readonly logged: { readonly digest: Uint8Array; readonly epochRoot: Uint8Array } | null;
  readonly liabilities: StatedLiabilities | null;
  /** Texts of the statements of reserves that are at hand. */
  readonly reserves: readonly string[];
  /** What `verifyReserves` compares with; exchange and epoch are those above. */
  readonly snapshot: Omit<ReservesExpects, 'exchange' | 'epoch'>;
};

export type SolvencyReport = {
  readonly statement: SolvencyStatement;
  readonly checks: readonly Check[];
  /** Of the statements of reserves that belong to this one. */
  readonly reserves: readonly ReservesReport[];
  /** Nothing fails and nothing was left unchecked, here and in every statement of reserves. */
  readonly allHold: boolean;
};

/**
 * Verifies a signed solvency statement. Throws `bad-solvency`, `bad-note`, `bad-json` or `too-large` for a text that is
 * no statement, and `bad-reserves` for a text of reserves that is none; everything else is in the list.
 */
export function verifySolvency(
  note: string,
  expects: SolvencyExpects,
  sha256: Sha256 = plainSha256,
): SolvencyReport {
  const statement = parseSolvency(parseNote(note).text);
  const byDigest = new Map(
    expects.reserves.map((text) => {
      const parsed = parseReserves(text);
      const digest = reservesDigest(parsed, sha256);
      return [toHex(digest), { text, statement: parsed, digest }] as const;
    }),
  );
  const found = statement.assets.flatMap(({ reserves }) => {
    const one = reserves === null ? undefined : byDigest.get(toHex(reserves));
    return one === undefined ? [] : [one];
  });
  const { exchange, epoch, snapshot } = expects;
  const reports = found.map(({ text }) => verifyReserves(text, { ...snapshot, exchange, epoch }, sha256));
  const checks = [
    aboutCheck(statement, expects),
    signatureCheck(note, expects),
    loggedCheck(note, statement, expects, sha256),
    liabilitiesCheck(statement, expects, sha256),
    ...totalsCheck(expects),
    reservesCheck(statement, found),
    ...snapshotChecks(reports),
    oneMomentCheck(statement, found),
    arithmeticCheck(statement),
    completeCheck(statement),
    coveredCheck(statement, reports),
  ];
  const all = [...checks, ...reports.flatMap((report) => report.checks)];
  return { statement, checks, reserves: reports, allHold: all.every(({ holds }) => holds === true) };
}

type FoundReserves = { readonly statement: ReservesStatement; readonly digest: Uint8Array };

function aboutCheck({ exchange, epoch }: SolvencyStatement, expects: SolvencyExpects): Check {
  const problems = [];
  if (exchange !== expects.exchange) problems.push(`it is about the exchange ${exchange}`);
  if (epoch !== expects.epoch) problems.push(`it is about the epoch ${epoch}`);
  return checked('about', SAYS.about, problems);
}

function signatureCheck(note: string, { keys }: SolvencyExpects): Check {
  if (keys.length === 0) return unchecked('signature', SAYS.signature, 'needs the firm’s key from elsewhere');
  try {
    openNote(note, keys);
    return checked('signature', SAYS.signature, []);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return checked('signature', SAYS.signature, [error.message]);
  }
}

function loggedCheck(
  note: string,
  { liabilities }: SolvencyStatement,
  { logged }: SolvencyExpects,
  sha256: Sha256,
): Check {
  if (logged === null)
    return unchecked('logged', SAYS.logged, 'needs the digest and the epoch root from the log');
  const problems = [];
  if (!equalBytes(solvencyDigest(note, sha256), logged.digest))
    problems.push('the log holds another statement');
  if (!equalBytes(liabilities.epochRoot, logged.epochRoot)) problems.push('the log holds another epoch root');
  return checked('logged', SAYS.logged, problems);
}

function liabilitiesCheck(
  statement: SolvencyStatement,
  { liabilities }: SolvencyExpects,
  sha256: Sha256,
): Check {
  if (liabilities === null)
    return unchecked('liabilities', SAYS.liabilities, 'needs the statement of liabilities');
  if (liabilities.statement.format !== statement.liabilities.format)
    return checked('liabilities', SAYS.liabilities, [`the statement joins ${statement.liabilities.format}`]);
  const joined = liabilities.statement;
  const root =
    liabilities.mode === 'open'
      ? epochRoot(liabilities.statement, sha256)
      : privateEpochRoot(liabilities.statement, sha256);
  const problems = [];
  if (!equalBytes(root, statement.liabilities.epochRoot)) problems.push('its epoch root is another one');
  if (joined.exchange !== statement.exchange || joined.epoch !== statement.epoch)
    problems.push(`it is about ${joined.exchange}, epoch ${joined.epoch}`);
  if (joined.at !== statement.at) problems.push(`it is of ${joined.at}, not of ${statement.at}`);
  return checked('liabilities', SAYS.liabilities, [...problems, ...owedProblems(statement, liabilities)]);
}

function owedProblems({ assets }: SolvencyStatement, liabilities: StatedLiabilities): string[] {
  const owed = new Map<string, { owed: bigint; debt: bigint | null }>(
    liabilities.mode === 'open'
      ? liabilities.statement.assets.map(({ asset, credit, debt }) => [asset, { owed: credit, debt }])
      : liabilities.statement.assets.map((one) => [one.asset, { owed: owedInSmallest(one), debt: null }]),
  );
  const shown = new Set(assets.map(({ asset }) => asset));
  const left = [...owed.keys()].filter((asset) => !shown.has(asset));
  const noDebt = liabilities.mode === 'open' ? 0n : null;
  return [
    ...left.map((asset) => `${asset} is owed and left out`),
    ...assets.flatMap((line) => {
      const tree = owed.get(line.asset) ?? { owed: 0n, debt: noDebt };
      const isSame = tree.owed === line.owed && tree.debt === line.debt;
      return isSame
        ? []
        : [`${line.asset}: the tree says ${tree.owed} owed and ${tree.debt ?? 'nothing'} of debt`];
    }),
  ];
}

/** Only private mode proves its totals by themselves; open mode's are added up with the tree. */
function totalsCheck({ liabilities }: SolvencyExpects): Check[] {
  if (liabilities?.mode !== 'private') return [];
  const { totalsAreProved } = liabilities;
  if (totalsAreProved === null) return [unchecked('totals', SAYS.totals, 'needs an engine for private mode')];
  return [checked('totals', SAYS.totals, totalsAreProved() ? [] : ['a proof of a total does not verify'])];
}

function reservesCheck(
  { exchange, epoch, assets }: SolvencyStatement,
  found: readonly FoundReserves[],
): Check {
  const problems: string[] = [];
  const absent: string[] = [];
  for (const line of assets) {
    if (line.reserves === null) continue;
    const one = found.find(({ digest }) => equalBytes(digest, line.reserves!));
    if (one === undefined) absent.push(line.asset);
    else problems.push(...reservesProblems(line, one, exchange, epoch));
  }
  if (problems.length === 0 && absent.length > 0)
    return unchecked('reserves', SAYS.reserves, `needs the statements of reserves of ${absent.join(', ')}`);
  return checked('reserves', SAYS.reserves, problems);
}

function reservesProblems(
  line: SolvencyAsset,
  one: FoundReserves,
  exchange: string,
  epoch: string,
): string[] {
  const { statement } = one;
  if (statement.exchange !== exchange || statement.epoch !== epoch || statement.asset !== line.asset)
    return [
      `${line.asset}: the reserves are of ${statement.exchange}, ${statement.epoch}, ${statement.asset}`,
    ];
  const again = solvencyAsset(line.asset, line.owed, line.debt, one);
  const kinds = ['signed', 'attested', 'unproved'] as const;
  const custodians = again.missing.custodiansOnTheirWord;
  const isSaid =
    again.missing.addressesWithoutSignature === line.missing.addressesWithoutSignature &&
    custodians.length === line.missing.custodiansOnTheirWord.length &&
    custodians.every((name, n) => name === line.missing.custodiansOnTheirWord[n]);
  return [
    ...kinds
      .filter((kind) => again.held[kind] !== line.held[kind])
      .map((kind) => `${line.asset}: ${kind} is ${again.held[kind]} in the reserves, not ${line.held[kind]}`),
    ...(isSaid ? [] : [`${line.asset}: what is missing is not what the reserves lack`]),
  ];
}

/** One line for all checks of a statement of reserves, so that the list of this statement is whole by itself. */
function snapshotChecks(reports: readonly ReservesReport[]): Check[] {
  const failing = reports.flatMap(({ statement, checks }) =>
    checks
      .filter(({ holds }) => holds === false)
      .map(({ id, detail }) => `${statement.asset} ${id}: ${detail}`),
  );
  const open = reports.flatMap(({ statement, checks }) =>
    checks
      .filter(({ holds }) => holds === null)
      .map(({ id, detail }) => `${statement.asset} ${id}: ${detail}`),
  );
  if (reports.length === 0) return [];
  return failing.length === 0 && open.length > 0
    ? [unchecked('snapshot', SAYS.snapshot, open.join('; '))]
    : [checked('snapshot', SAYS.snapshot, failing)];
}

/** Coins that serve as another asset's reserves a block later would count twice. */
function oneMomentCheck({ at }: SolvencyStatement, found: readonly FoundReserves[]): Check {
  const problems = found
    .filter(({ statement }) => statement.at !== at)
    .map(({ statement }) => `reserves of ${statement.asset} are of ${statement.at}`);
  const blocks = new Map<string, string>();
  for (const { statement } of found)
    for (const { chain, hash } of statement.blocks) {
      const other = blocks.get(chain);
      if (other !== undefined && other !== hash) problems.push(`two blocks of ${chain} are used`);
      blocks.set(chain, hash);
    }
  return checked('one-moment', SAYS.oneMoment, problems);
}

function arithmeticCheck({ assets, assetsWithoutProof }: SolvencyStatement): Check {
  const problems = assets.flatMap(({ asset, owed, held, signedBps, heldBps, reserves }) => {
    const ratios = ratiosOf(owed, held);
    const isRight = ratios.signedBps === signedBps && ratios.heldBps === heldBps;
    const isFromNowhere = reserves === null && held.signed + held.attested + held.unproved > 0n;
    return [
      ...(isRight ? [] : [`${asset}: the ratios are ${ratios.signedBps} and ${ratios.heldBps} bps`]),
      ...(isFromNowhere ? [`${asset}: amounts are held without a statement of reserves`] : []),
    ];
  });
  const without = withoutProof(assets);
  const isListed =
    without.length === assetsWithoutProof.length &&
    without.every((asset, n) => asset === assetsWithoutProof[n]);
  if (!isListed) problems.push(`assets without proof are ${without.join(', ') || 'none'}`);
  return checked('arithmetic', SAYS.arithmetic, problems);
}

/** True of a statement that says plainly what it lacks, and still not a statement that lacks nothing. */
function completeCheck({ assets, assetsWithoutProof }: SolvencyStatement): Check {
  const problems = [
    ...assetsWithoutProof.map((asset) => `${asset}: no proof of reserves`),
    ...assets.flatMap(({ asset, missing, held }) => [
      ...(missing.addressesWithoutSignature > 0
        ? [
            `${asset}: ${missing.addressesWithoutSignature} addresses without signature, ${held.unproved} in all`,
          ]
        : []),
      ...missing.custodiansOnTheirWord.map((name) => `${asset}: ${name} on its word`),
    ]),
  ];
  return checked('complete', SAYS.complete, problems);
}

/** By verified signatures where the statement of reserves is at hand, else by what the statement says. */
function coveredCheck({ assets }: SolvencyStatement, reports: readonly ReservesReport[]): Check {
  const problems = assets.flatMap(({ asset, owed, held }) => {
    const proved = reports.find((report) => report.statement.asset === asset)?.proved.signed ?? held.signed;
    return proved >= owed ? [] : [`${asset}: ${proved} proved by signatures against ${owed} owed`];
  });
  const isAtHand = assets.every(
    ({ asset, reserves }) => reserves === null || reports.some(({ statement }) => statement.asset === asset),
  );
  return problems.length === 0 && !isAtHand
    ? unchecked('covered', SAYS.covered, 'needs the statements of reserves')
    : checked('covered', SAYS.covered, problems);
}

const SAYS = {
  about: {
    en: 'The statement is of this exchange and epoch.',
    ja: 'この取引所・この基準期の開示である。',
  },
  signature: { en: 'The firm signed the statement.', ja: '開示には当該事業者の署名がある。' },
  logged: {
    en: 'The statement and the root of liabilities are those in the public log.',
    ja: '開示と債務のルートは、公開ログに記録されたものと一致する。',
  },
  liabilities: {
    en: 'What is owed is what the tree of liabilities adds up to.',
    ja: '債務額は、債務のツリーの合計と一致する。',
  },
  totals: {
    en: 'The totals of the hidden amounts are proved. (Audited components, own composition.)',
    ja: '秘匿された金額の合計が証明されている。（構成要素は第三者監査済み、組み合わせは独自設計）',
  },
  reserves: {
    en: 'What is held is what the statements of reserves add up to.',
    ja: '保有額は、準備資産の開示の合計と一致する。',
  },
  snapshot: {
    en: 'Every check of the statements of reserves holds.',
    ja: '準備資産の開示に対する検証はすべて成立する。',
  },
  oneMoment: {
    en: 'Liabilities and all reserves are of one moment, and of one block per chain.',
    ja: '債務と準備資産はすべて同一時点、チェーンごとに同一ブロックのものである。',
  },
  arithmetic: {
    en: 'Ratios and the list of assets without proof follow from the amounts.',
    ja: '比率と証明のない資産の一覧は、記載額から導かれるとおりである。',
  },
  complete: {
    en: 'Nothing is missing: every asset is proved, every address is signed for, nothing rests on a word.',
    ja: '不足はない。全資産に証明があり、全アドレスに署名があり、言明だけに依拠するものはない。',
  },
  covered: {
    en: 'Of every asset at least what is owed is proved by signatures.',
    ja: '全資産について、債務額以上が署名により証明されている。',
  },
} as const satisfies Record<string, Said>;
