/** What a rule, a limit or the gate says: let it pass, hold it for people, or deny it. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';

export function Effect({ effect }: { effect: 'allow' | 'hold' | 'deny' }) {
  const { t } = useTexts();
  const ink = { allow: 'text-ok', hold: 'text-watch', deny: 'text-critical' }[effect];
  const icon = ({ allow: 'ok', hold: 'pause', deny: 'close' } as const)[effect];
  return (
    <span
      className={`inline-flex items-center gap-1 font-semibold whitespace-nowrap ${ink}`}
      data-effect={effect}
    >
      <Icon name={icon} size={13} />
      {t(`effect.${effect}`)}
    </span>
  );
}
