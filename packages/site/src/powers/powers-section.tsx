/** "Emergency powers": what may be stopped by how many, every use with its signatures, and the contracts behind it. */
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { termsOf } from './power-words.ts';
import type { PublicPowersPage } from './public-powers.ts';
import { UseCard } from './use-card.tsx';
import { usePowers } from './use-powers.ts';

export function PowersSection({ verifierKey }: { verifierKey: string }) {
  const { t } = useTexts();
  const page = usePowers();
  if (page === null || page.founding === '') return null;
  return (
    <section id="powers" aria-labelledby="powers-title" className="flex flex-col gap-3">
      <h2 id="powers-title">{t('powers.title')}</h2>
      <p className="max-w-[42rem]">{t('powers.intro')}</p>
      {page.demonstration ? (
        <p className="panel flex items-start gap-2.5 border-dashed border-watch bg-watch-soft px-4 py-2.5 font-medium">
          <span className="pt-0.5 text-watch">
            <Icon name="replay" />
          </span>
          {t('powers.demonstration')}
        </p>
      ) : null}
      <h3 className="font-semibold">{t('powers.uses')}</h3>
      {page.uses.length === 0 ? <p className="text-muted">{t('powers.usesNone')}</p> : null}
      {page.uses.map((use) => (
        <UseCard key={use.use} use={use} page={page} verifierKey={verifierKey} />
      ))}
      <Powers page={page} />
      <Contracts page={page} />
    </section>
  );
}

function Powers({ page }: { page: PublicPowersPage }) {
  const texts = useTexts();
  const { t, pick } = texts;
  const stopsFirst = [...page.powers].sort(
    (a, b) => Number(a.power.governs !== null) - Number(b.power.governs !== null),
  );
  return (
    <div className="panel">
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('powers.list')}</h3>
      <ul>
        {stopsFirst.map(({ power, seq }) => (
          <li key={power.id} className="border-b border-line px-4 py-2.5 last:border-b-0">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-semibold">{pick(power.says)}</span>
              <span className="text-sm text-muted">
                {power.targets.map((target) => pick(target.says)).join(', ')}
              </span>
              <a href={`?fact=${seq}#fact-${seq}`} className="link ml-auto text-sm whitespace-nowrap">
                {t('incidents.proof', { seq })}
              </a>
            </p>
            <p className="mt-0.5">{pick(power.does)}</p>
            <ul className="mt-1 text-sm text-muted">
              {termsOf(power, texts).map((term) => (
                <li key={term}>{term}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Contracts({ page }: { page: PublicPowersPage }) {
  const { t } = useTexts();
  if (page.guardians.length === 0) return null;
  const abi = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(page.guardianAbi, null, 2))}`;
  return (
    <div className="panel">
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('powers.contracts')}</h3>
      <div className="flex flex-col gap-2 px-4 py-3">
        <p>{t('powers.contractsHint')}</p>
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
          {page.guardians.map(({ chainId, address }) => (
            <Line key={`${chainId}/${address}`} name={t('powers.chain', { chainId })}>
              {address}
            </Line>
          ))}
        </dl>
        <a href={abi} download="TimeBoxedGuardian.abi.json" className="btn self-start" data-chrome>
          {t('powers.abi')}
        </a>
      </div>
    </div>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="font-mono text-sm">{children}</dd>
    </>
  );
}
