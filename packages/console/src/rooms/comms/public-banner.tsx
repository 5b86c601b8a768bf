/** The one thing nobody may overlook: what is written here is for everybody, and can not be taken back. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';

export function PublicBanner() {
  const { t } = useTexts();
  return (
    <p
      className="flex items-center gap-2.5 border-2 border-critical bg-critical-soft px-3 py-2 text-md font-bold text-critical"
      role="note"
    >
      <Icon name="public" size={20} />
      {t('comms.public')}
    </p>
  );
}
