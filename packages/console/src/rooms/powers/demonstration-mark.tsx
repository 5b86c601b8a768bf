/** Says wherever signers appear that they are played: the demonstration must never be mistaken for people. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';

export function DemonstrationMark() {
  const { t } = useTexts();
  return (
    <span className="inline-flex items-center gap-1 self-start rounded-xs border border-dashed border-blind bg-blind-soft px-1.5 text-2xs leading-[18px] font-semibold whitespace-nowrap text-blind">
      <Icon name="replay" size={12} />
      {t('demo.mark')}
    </span>
  );
}

export function DemonstrationNotice() {
  const { t } = useTexts();
  return (
    <aside
      aria-label={t('demo.label')}
      className="panel flex flex-wrap items-center gap-x-3 gap-y-1 border-dashed border-blind bg-blind-soft px-3 py-2 text-blind"
    >
      <DemonstrationMark />
      <p className="min-w-0 flex-1 basis-72 font-medium max-sm:hidden">{t('demo.notice')}</p>
      <p className="min-w-0 flex-1 basis-52 text-xs font-medium sm:hidden">{t('demo.short')}</p>
    </aside>
  );
}
