/** Every control of custody as it reads now: what does not hold first, what holds folded below. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Readings } from '../books/room-parts.tsx';
import { Section } from '../response/section.tsx';

/** These say an amount that is worth reading also while it is fine. */
const ALWAYS_SHOWN = ['custody.guarantee', 'custody.own-coin-buffer', 'custody.custodian-share'];

export function ControlsPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { readings, controls } = page;
  const isShown = ({ level, control }: (typeof readings)[number]): boolean =>
    level !== 'ok' || ALWAYS_SHOWN.includes(control);
  const others = readings.filter((one) => !isShown(one));
  const untrue = readings.filter(({ level }) => level !== 'ok').length;
  return (
    <Section title={t('custody.controls')} count={untrue}>
      {untrue === 0 ? (
        <p className="flex items-center gap-2 px-3 pt-2 text-ok">
          <Icon name="ok" />
          {t('custody.allHold')}
        </p>
      ) : null}
      <Readings readings={readings.filter(isShown)} controls={controls} />
      {others.length === 0 ? null : (
        <details className="border-t border-line">
          <summary className="px-3 py-2 text-muted">{t('custody.holding', { count: others.length })}</summary>
          <Readings readings={others} controls={controls} />
        </details>
      )}
    </Section>
  );
}
