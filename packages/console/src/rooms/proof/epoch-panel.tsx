/** One published epoch: what is owed and held in it, how often it was checked, and where outsiders read it. */
import type { PublishedEpoch } from '@sonae/core/nouns/reserves/views/epochs.ts';
import { PRIVATE_LABEL } from '@sonae/proof/private-liabilities';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { bpsText, type Decimals } from '../books/amounts.ts';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Named, NamedList, Section } from '../response/section.tsx';
import { publicAddress } from './proof-queries.ts';
import { StateSolvency } from './state-solvency.tsx';

const HELD = ['signed', 'attested', 'unproved'] as const;
const HASH_SHOWN_CHARS = 12;

type Props = { readonly epoch: PublishedEpoch; readonly decimals: Decimals };

export function EpochPanel({ epoch, decimals }: Props) {
  const { t, language } = useTexts();
  const { solvency } = epoch;
  return (
    <div data-epoch={epoch.epoch}>
      <Section
        title={t('proof.epoch', { epoch: epoch.epoch })}
        actions={<StateSolvency epoch={epoch.epoch} isAgain={solvency !== null} />}
      >
        <div className="px-3 py-2">
          <NamedList>
            <Named name={t('proof.book')}>
              {epoch.book} · <Moment at={epoch.at} />
            </Named>
            <Named name={t('proof.mode')}>{t(`proof.mode.${epoch.mode}`)}</Named>
            <Named name={t('proof.customers')}>{countText(epoch.customers)}</Named>
            <Named name={t('proof.checks')}>{countText(epoch.checks)}</Named>
            <Named name={t('proof.logged')}>
              <Link to="/log" search={{ seq: epoch.seq }} className="link">
                {epoch.seq}
              </Link>
              {solvency === null ? null : (
                <>
                  {', '}
                  <Link to="/log" search={{ seq: solvency.seq }} className="link">
                    {solvency.seq}
                  </Link>
                </>
              )}
            </Named>
            <Named name={t('proof.root')}>
              <span className="font-mono text-xs" title={epoch.epochRoot}>
                {epoch.epochRoot.slice(0, HASH_SHOWN_CHARS)}
              </span>
            </Named>
          </NamedList>
        </div>
        {epoch.mode === 'private' ? (
          <p className="px-3 pb-1.5 text-xs text-muted">{PRIVATE_LABEL[language]}</p>
        ) : null}
        <Totals epoch={epoch} decimals={decimals} />
        {solvency === null ? <Empty>{t('proof.notStated')}</Empty> : null}
        <Addresses epoch={epoch} />
      </Section>
    </div>
  );
}

function Totals({ epoch, decimals }: Props) {
  const { t } = useTexts();
  const stated = epoch.solvency;
  const owed = new Map(epoch.assets.map((one) => [one.asset, one]));
  const held = new Map(stated?.assets.map((one) => [one.asset, one]) ?? []);
  const names = [...new Set([...owed.keys(), ...held.keys()])].sort();
  const columns = ['owedTo', 'owedBy', ...(stated === null ? [] : ([...HELD, 'ratio'] as const))] as const;
  return (
    <table className="data stack">
      <thead>
        <tr>
          <th scope="col">{t('proof.col.asset')}</th>
          {columns.map((column) => (
            <th key={column} scope="col" className="num">
              {t(`proof.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((asset) => {
          const [due, line] = [owed.get(asset), held.get(asset)];
          const amount = (minor: string | undefined): ReactNode => (
            <Amount minor={minor ?? '0'} asset={asset} decimals={decimals} />
          );
          return (
            <tr key={asset}>
              <td data-label={t('proof.col.asset')} className="font-medium">
                <span data-row tabIndex={-1}>
                  {asset}
                </span>
              </td>
              <td data-label={t('proof.col.owedTo')} className="num">
                {amount(due?.credit)}
              </td>
              <td data-label={t('proof.col.owedBy')} className="num">
                {due?.debt === null ? (
                  <span className="text-muted">{t('proof.hidden')}</span>
                ) : (
                  amount(due?.debt)
                )}
              </td>
              {line === undefined
                ? null
                : HELD.map((kind) => (
                    <td key={kind} data-label={t(`proof.col.${kind}`)} className="num">
                      {amount(line[kind])}
                    </td>
                  ))}
              {line === undefined ? null : (
                <td data-label={t('proof.col.ratio')} className="num">
                  <Ratio heldBps={line.heldBps} isProved={!stated?.assetsWithoutProof.includes(asset)} />
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const FULL_BPS = 10_000;

function Ratio({ heldBps, isProved }: { heldBps: string | null; isProved: boolean }) {
  const { t } = useTexts();
  if (!isProved)
    return (
      <span className="inline-flex items-center gap-1 font-semibold text-critical">
        <Icon name="critical" size={13} />
        {t('proof.noProof')}
      </span>
    );
  if (heldBps === null) return null;
  const isCovered = Number(heldBps) >= FULL_BPS;
  return (
    <span
      className={`inline-flex items-center gap-1 ${isCovered ? 'text-ok' : 'font-semibold text-critical'}`}
    >
      <Icon name={isCovered ? 'ok' : 'critical'} size={13} />
      {bpsText(Number(heldBps))}
    </span>
  );
}

function Addresses({ epoch }: { epoch: PublishedEpoch }) {
  const { t } = useTexts();
  const { solvency } = epoch;
  const at = (rest: string): string => publicAddress(epoch.epoch, rest);
  const links = [
    { href: at('statement.json'), text: t('proof.link.statement') },
    ...(solvency === null ? [] : [{ href: at('solvency.txt'), text: t('proof.link.solvency') }]),
    ...(solvency?.reserves ?? []).map((digest) => ({
      href: at(`reserves/${digest}`),
      text: t('proof.link.reserves', { digest: digest.slice(0, HASH_SHOWN_CHARS) }),
    })),
  ];
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2" data-chrome>
      <span className="label">{t('proof.public')}</span>
      {links.map(({ href, text }) => (
        <a key={href} href={href} className="link inline-flex items-center gap-1">
          <Icon name="out" size={12} />
          {text}
        </a>
      ))}
    </p>
  );
}
