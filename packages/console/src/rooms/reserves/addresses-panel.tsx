/** Whether addresses are ours: asked for by a text, proved by a signature, or claimed by somebody else too. */
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { HowToFill } from '../books/room-parts.tsx';
import { Rows, Section } from '../response/section.tsx';

type Proving = ReservesPage['addresses']['listed'][number];

export function AddressesPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { listed, count } = page.addresses;
  return (
    <Section title={t('reserves.addresses')} count={count}>
      {listed.length === 0 ? (
        <HowToFill
          says={t('reserves.addressesFill')}
          steps={[t('reserves.addressesFill1'), t('reserves.addressesFill2')]}
          guide="docs/guides/reserves.md"
        />
      ) : null}
      <Rows>
        {listed.map((one) => (
          <AddressRow key={one.address} one={one} />
        ))}
      </Rows>
      {count > listed.length ? (
        <p className="px-3 py-2 text-muted">{t('reserves.andMore', { count: count - listed.length })}</p>
      ) : null}
    </Section>
  );
}

function AddressRow({ one }: { one: Proving }) {
  const { t } = useTexts();
  const { source, chain, address, epoch, blockHash, text, provedAt, proof, claimedBy } = one;
  const seen = proof?.seen ?? null;
  const shown = provedAt === null ? 'asked' : seen === null ? 'proved' : 'seen';
  const state = claimedBy !== null ? 'claimed' : shown;
  const ink = { claimed: 'text-critical', proved: 'text-ok', seen: 'text-ok', asked: 'text-muted' }[state];
  const icon = ({ claimed: 'critical', proved: 'ok', seen: 'ok', asked: 'clock' } as const)[state];
  return (
    <li className="flex flex-col gap-0.5 px-3 py-2" data-address={address}>
      <p className="flex flex-wrap items-center gap-x-2.5">
        <span className={`inline-flex items-center gap-1 font-semibold ${ink}`}>
          <Icon name={icon} size={13} />
          {t(`address.${state}`, { by: claimedBy ?? '' })}
        </span>
        <span data-row tabIndex={-1} className="font-mono text-xs">
          {address}
        </span>
        <span className="text-xs text-muted">
          {chain} · {source} · {t('reserves.epoch', { epoch })}
        </span>
        {provedAt === null ? null : (
          <span className="text-xs text-muted sm:ml-auto">
            <Moment at={provedAt} />
          </span>
        )}
      </p>
      {proof === null ? null : (
        <p className="text-xs text-muted" data-proof={proof.scheme}>
          {t(`scheme.${proof.scheme}`)}
          {seen === null ? null : (
            <>
              {': '}
              {t('address.seenAt', {
                ...{ count: seen.rpcs.length, height: seen.block.height, chainId: seen.chainId },
              })}{' '}
              <span className="font-mono">{seen.block.hash}</span>
            </>
          )}
        </p>
      )}
      {provedAt !== null ? null : (
        <details>
          <summary className="label">{t('reserves.textToSign')}</summary>
          <pre className="font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
        </details>
      )}
      <p className="label font-mono">{blockHash}</p>
    </li>
  );
}
