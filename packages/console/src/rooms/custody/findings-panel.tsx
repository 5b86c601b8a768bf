/** What should not be there: coin that left without approval, and addresses with customers' coin that no wallet has. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { Amount } from '../books/room-parts.tsx';
import { Ask } from '../response/command-form.tsx';
import { Empty, Named, NamedList, Rows, Section } from '../response/section.tsx';

export function FindingsPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { unapproved, unknown } = page;
  return (
    <>
      <Section title={t('custody.unapproved')} count={unapproved.movements.length}>
        {unapproved.movements.length === 0 ? <Empty>{t('custody.unapprovedNone')}</Empty> : null}
        <Rows>
          {unapproved.movements.map((one) => (
            <MovementRow key={one.id} page={page} found={one} />
          ))}
        </Rows>
        <More count={unapproved.more} />
      </Section>
      <Section title={t('custody.unknown')} count={unknown.addresses.length}>
        {unknown.addresses.length === 0 ? <Empty>{t('custody.unknownNone')}</Empty> : null}
        <Rows>
          {unknown.addresses.map((one) => (
            <AddressRow key={`${one.chain} ${one.address}`} seen={one} />
          ))}
        </Rows>
        <More count={unknown.more} />
      </Section>
    </>
  );
}

function More({ count }: { count: number }) {
  const { t } = useTexts();
  return count === 0 ? null : <p className="px-3 py-2 text-critical">{t('custody.more', { count })}</p>;
}

type MovementProps = {
  readonly page: CustodyPage;
  readonly found: CustodyPage['unapproved']['movements'][number];
};

function MovementRow({ page, found }: MovementProps) {
  const { t } = useTexts();
  const { id, wallet, movement } = found;
  return (
    <li className="flex flex-col gap-1 shadow-[inset_3px_0_0_var(--critical)] px-3 py-2" data-movement={id}>
      <p data-row tabIndex={-1} className="flex flex-wrap items-center gap-x-2.5">
        <span className="inline-flex items-center gap-1 font-semibold text-critical">
          <Icon name="critical" size={13} />
          <Amount minor={movement.amount} asset={movement.asset} decimals={page.decimals} />
        </span>
        <span>{t('custody.left', { wallet })}</span>
        <span className="text-xs text-muted sm:ml-auto">
          <Elapsed from={movement.at} /> · <Moment at={movement.at} />
        </span>
      </p>
      <NamedList>
        <Named name={t('custody.to')}>
          <span className="font-mono text-xs">{movement.to}</span>
        </Named>
        <Named name={t('custody.transaction')}>
          <span className="font-mono text-xs">
            {movement.chain} {movement.transaction}:{movement.index}
          </span>
        </Named>
      </NamedList>
      <div data-chrome>
        <Ask
          button={t('custody.judge')}
          buttonLabel={`${t('custody.judge')} ${movement.transaction}`}
          title={t('custody.judge')}
          command="custody.JudgeMovement"
          lead={<p>{t('custody.judgeLead')}</p>}
          fields={[
            {
              name: 'verdict',
              label: t('custody.verdict'),
              kind: 'radio',
              options: (['loss', 'explained'] as const).map((value) => ({
                value,
                text: t(`custody.verdict.${value}`),
              })),
            },
            { name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 },
          ]}
          toInput={({ verdict, reason }) => ({ movement: id, verdict, reason })}
          submit={t('custody.judgeSubmit')}
        />
      </div>
    </li>
  );
}

function AddressRow({ seen }: { seen: CustodyPage['unknown']['addresses'][number] }) {
  const { t } = useTexts();
  const { chain, address, at, transaction } = seen;
  return (
    <li className="flex flex-col gap-1 shadow-[inset_3px_0_0_var(--critical)] px-3 py-2">
      <p data-row tabIndex={-1} className="flex flex-wrap items-center gap-x-2.5">
        <span className="text-critical">
          <Icon name="critical" size={13} />
        </span>
        <span className="font-mono text-xs">{address}</span>
        <span className="text-muted">{chain}</span>
        <span className="text-xs text-muted sm:ml-auto">
          <Moment at={at} />
        </span>
      </p>
      <p className="label">
        {t('custody.received')} <span className="font-mono">{transaction}</span>
      </p>
      <div data-chrome>
        <Ask
          button={t('custody.explain')}
          buttonLabel={`${t('custody.explain')} ${address}`}
          title={t('custody.explainTitle')}
          command="custody.ExplainUnknownAddress"
          lead={<p>{t('custody.explainLead')}</p>}
          fields={[{ name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 }]}
          toInput={({ reason }) => ({ chain, address, reason })}
          submit={t('custody.explainSubmit')}
        />
      </div>
    </li>
  );
}
