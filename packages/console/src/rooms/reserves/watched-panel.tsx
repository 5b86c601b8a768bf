/** Controls of reserves as they read now, concentration among them; what holds is folded. Banks that are out of reach. */
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Readings } from '../books/room-parts.tsx';
import { Section } from '../response/section.tsx';

export function WatchedPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { readings, controls, blocked } = page;
  const isShown = ({ level, control }: (typeof readings)[number]): boolean =>
    level !== 'ok' || control === 'reserves.concentration';
  const others = readings.filter((one) => !isShown(one));
  const untrue = readings.filter(({ level }) => level !== 'ok').length;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {blocked.length === 0 ? null : (
        <Section title={t('reserves.blocked')} count={blocked.length}>
          <ul className="px-3 py-2">
            {blocked.map(({ bank, reason, since }) => (
              <li key={bank} className="flex flex-wrap items-center gap-x-2">
                <Icon name="blind" size={13} />
                <span className="font-semibold">{bank}</span> {reason}
                <span className="text-xs text-muted">
                  <Moment at={since} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('reserves.controls')} count={untrue}>
        {untrue === 0 ? (
          <p className="flex items-center gap-2 px-3 pt-2 text-ok">
            <Icon name="ok" />
            {t('reserves.allHold')}
          </p>
        ) : null}
        <Readings readings={readings.filter(isShown)} controls={controls} />
        {others.length === 0 ? null : (
          <details className="border-t border-line">
            <summary className="px-3 py-2 text-muted">
              {t('reserves.holding', { count: others.length })}
            </summary>
            <Readings readings={others} controls={controls} />
          </details>
        )}
      </Section>
    </div>
  );
}
