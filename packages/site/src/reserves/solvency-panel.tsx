/** The statement of solvency: its signature and every check, with what does not hold and what was not checked here. */
import type { Check } from '@sonae/proof/reserves-check';
import type { ReservesStatement } from '@sonae/proof/reserves-statement';
import type { SolvencyReport } from '@sonae/proof/solvency-verify';
import { useState } from 'react';
import { reasonOf } from '../check/run-steps.ts';
import { useTexts } from '../i18n/language.ts';
import { fetchText } from '../status.ts';
import { Icon } from '../ui/icon.tsx';
import { Answer } from './answer.tsx';
import { browserEngine } from './browser-engine.ts';
import { checkSolvency, type SolvencyReader } from './check-solvency.ts';
import { knownLog, type ShownLog } from './known-log.ts';
import {
  addressOf,
  fetchDisclosure,
  fetchStatement,
  type PublishedEpoch,
  type PublishedSolvency,
} from './published.ts';
import { Why } from './why.tsx';

const LOOK = {
  holds: { icon: 'ok', ink: 'text-ok' },
  fails: { icon: 'critical', ink: 'text-critical' },
  open: { icon: 'skip', ink: 'text-muted' },
} as const;
const DIGEST_SHOWN_CHARS = 12;
const CONTRACTS_SHOWN_MAX = 20;

const READER: SolvencyReader = {
  disclosure: fetchDisclosure,
  statement: fetchStatement,
  solvency: (epoch) => fetchText(addressOf(epoch, 'solvency.txt')),
  reserves: (epoch, digest) => fetchText(addressOf(epoch, `reserves/${digest}`)),
  engine: browserEngine,
};
const lookOf = ({ holds }: Check): keyof typeof LOOK => (holds === null ? 'open' : holds ? 'holds' : 'fails');

type Props = {
  readonly epoch: PublishedEpoch;
  readonly shown: ShownLog;
};
type State = SolvencyReport | { readonly failure: string } | 'running' | null;

export function SolvencyPanel({ epoch, shown }: Props) {
  const { t } = useTexts();
  return (
    <div className="panel" data-solvency>
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('solvency.title')}</h3>
      <div className="flex flex-col gap-2.5 px-4 py-3">
        <p className="max-w-[42rem]">{t('solvency.intro')}</p>
        {epoch.solvency === null ? (
          <p>{t('solvency.none')}</p>
        ) : (
          <Stated key={epoch.solvency.digest} epoch={epoch} solvency={epoch.solvency} shown={shown} />
        )}
      </div>
    </div>
  );
}

function Stated({ epoch, solvency, shown }: Props & { solvency: PublishedSolvency }) {
  const { t } = useTexts();
  const [state, setState] = useState<State>(null);
  const check = async (): Promise<void> => {
    setState('running');
    const { log } = await knownLog(shown);
    setState(
      await checkSolvency(epoch, solvency, log, READER).catch((error: unknown) => ({
        failure: reasonOf(error),
      })),
    );
  };
  return (
    <>
      <p className="flex flex-wrap gap-x-5 text-sm">
        <a href={addressOf(epoch.epoch, 'solvency.txt')} className="link">
          {t('solvency.text')}
        </a>
        {solvency.reserves.map((digest) => (
          <a key={digest} href={addressOf(epoch.epoch, `reserves/${digest}`)} className="link">
            {t('solvency.reserves', { digest: digest.slice(0, DIGEST_SHOWN_CHARS) })}
          </a>
        ))}
      </p>
      <button
        type="button"
        className="btn self-start"
        disabled={state === 'running'}
        onClick={() => void check()}
        data-chrome
      >
        <Icon name="seal" />
        {t(state === 'running' ? 'solvency.checking' : 'solvency.check')}
      </button>
      <div aria-live="polite">
        {state === null || state === 'running' ? null : 'failure' in state ? (
          <>
            <Answer good={false}>{t('solvency.failed')}</Answer>
            <Why step="solvency" reason={state.failure} />
            <p className="mt-1 font-mono text-xs text-critical">{state.failure}</p>
          </>
        ) : (
          <Report report={state} />
        )}
      </div>
    </>
  );
}

function Report({ report }: { report: SolvencyReport }) {
  const { t } = useTexts();
  const all = [...report.checks, ...report.reserves.flatMap(({ checks }) => checks)];
  const count = (look: keyof typeof LOOK): number => all.filter((check) => lookOf(check) === look).length;
  const { assets } = report.statement;
  return (
    <div className="flex flex-col gap-2.5">
      <p className="font-medium" data-summary>
        {t('solvency.summary', { holds: count('holds'), fails: count('fails'), open: count('open') })}
      </p>
      <Checks checks={report.checks} />
      {report.reserves.map(({ statement, checks }) => (
        <div key={statement.asset}>
          <h4 className="font-semibold">{t('solvency.ofReserves', { asset: statement.asset })}</h4>
          <Checks checks={checks} />
        </div>
      ))}
      <ul className="list-disc pl-6">
        {assets
          .flatMap(({ asset, missing }) => [
            ...(missing.addressesWithoutSignature === 0
              ? []
              : [t('solvency.addresses', { asset, count: missing.addressesWithoutSignature })]),
            ...(missing.custodiansOnTheirWord.length === 0
              ? []
              : [t('solvency.custodians', { asset, names: missing.custodiansOnTheirWord.join(', ') })]),
          ])
          .map((text) => (
            <li key={text}>{text}</li>
          ))}
        {report.reserves.map(({ statement }) => (
          <Contracts key={statement.asset} statement={statement} />
        ))}
      </ul>
      {count('open') === 0 ? null : <p className="text-sm text-muted">{t('solvency.openHint')}</p>}
    </div>
  );
}

/** What the firm says that contracts accepted on chain: never among what this browser verified. */
function Contracts({ statement }: { statement: ReservesStatement }) {
  const { t } = useTexts();
  const { asset, addresses } = statement;
  const contracts = addresses.flatMap(({ chain, address, control }) =>
    control?.scheme === 'eip-1271' ? [{ chain, address, ...control.block }] : [],
  );
  const shown = contracts.slice(0, CONTRACTS_SHOWN_MAX);
  return (
    <>
      {shown.map((one) => (
        <li key={`${one.chain} ${one.address}`} className="[overflow-wrap:anywhere]" data-contract>
          {t('solvency.contract', { asset, ...one })}
        </li>
      ))}
      {contracts.length === shown.length ? null : (
        <li>{t('solvency.contractsMore', { asset, count: contracts.length - shown.length })}</li>
      )}
    </>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  const { t, pick } = useTexts();
  return (
    <ul className="mt-1 flex flex-col gap-1.5 border-l-2 border-line pl-3">
      {checks.map((check) => {
        const look = lookOf(check);
        const { icon, ink } = LOOK[look];
        return (
          <li key={check.id} className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2" data-check={check.id}>
            <span className={`pt-0.5 ${ink}`}>
              <Icon name={icon} />
            </span>
            <span>
              {pick(check.says)} <span className={`text-sm ${ink}`}>{t(`solvency.${look}`)}</span>
              {check.detail === '' ? null : (
                <span className={`block font-mono text-xs ${ink}`}>{check.detail}</span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
