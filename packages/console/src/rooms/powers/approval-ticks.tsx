/** m of n: a mark for each approval that is needed, and who gave it. Said in words too, never by marks alone. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { PersonIds } from './person-ids.tsx';

type Props = {
  readonly signed: readonly string[];
  readonly needed: number;
  /** Who may still sign; null where nobody is asked any more. */
  readonly missing: readonly string[] | null;
};

export function ApprovalTicks({ signed, needed, missing }: Props) {
  const { t } = useTexts();
  const slots = Math.max(needed, signed.length);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="flex gap-1" aria-hidden="true">
          {Array.from({ length: slots }, (_, i) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place
              key={i}
              className={`grid size-[18px] place-items-center rounded-xs border ${
                i < signed.length ? 'border-ok bg-ok-soft text-ok' : 'border-dashed border-edge text-muted'
              }`}
            >
              {i < signed.length ? <Icon name="ok" size={12} /> : null}
            </span>
          ))}
        </span>
        <span className="font-semibold">{t('use.signedOf', { count: signed.length, needed })}</span>
      </div>
      {signed.length === 0 ? null : <Names label={t('use.signedBy')} ids={signed} />}
      {missing === null || missing.length === 0 ? null : <Names label={t('use.mayStill')} ids={missing} />}
    </div>
  );
}

function Names({ label, ids }: { label: string; ids: readonly string[] }) {
  return (
    <p className="text-xs">
      <span className="text-muted">{label}</span> <PersonIds ids={ids} />
    </p>
  );
}
