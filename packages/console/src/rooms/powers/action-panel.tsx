/**
 * What will be done, read in this browser from the bytes that are signed, with the hash to compare on the device. Dangers
 * and mismatches stand above everything else.
 */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { groupedHex, type Reading } from './action-reading.ts';

type Props = {
  readonly reading: Reading;
  readonly isAcknowledged: boolean;
  /** Null where nobody is about to sign. */
  readonly onAcknowledge: ((isRead: boolean) => void) | null;
};

export function ActionPanel({ reading, isAcknowledged, onAcknowledge }: Props) {
  const { t, pick } = useTexts();
  const { decoded } = reading;
  const act = decoded?.action.act;
  // Named only where the switch is the one of the target that was agreed.
  const switchId = act?.kind === 'evm.guardian' && act.call === 'stop' ? act.switchId : null;
  return (
    <section className="panel flex flex-col" aria-labelledby="action">
      <div className="panel-title">
        <h2 id="action">{t('action.title')}</h2>
        <span className="label">{t('action.readHere')}</span>
      </div>
      <Mismatches reading={reading} />
      {decoded === null ? null : (
        <>
          <p className="px-3 pt-3 text-lg font-semibold sm:px-4">{pick(decoded.title)}</p>
          {reading.mismatches.length > 0 && decoded.dangers.length === 0 ? null : (
            <Dangers
              dangers={decoded.dangers.map(pick)}
              isAcknowledged={isAcknowledged}
              onAcknowledge={onAcknowledge}
            />
          )}
          <dl className="grid gap-x-4 max-sm:order-last gap-y-2 p-3 sm:grid-cols-[11rem_minmax(0,1fr)] sm:px-4">
            {decoded.lines.map(({ label, value }) => (
              <div key={`${label.en} ${value}`} className="contents">
                <dt className="label max-sm:-mb-2 sm:pt-0.5">{pick(label)}</dt>
                <dd className="text-md">
                  <Value text={value} />
                  {value === switchId && reading.target !== null ? (
                    <span className="ml-2 inline-block font-semibold">{pick(reading.target.says)}</span>
                  ) : null}
                </dd>
              </div>
            ))}
          </dl>
          <Hash hex={decoded.hash} label={t('action.hash')} />
        </>
      )}
    </section>
  );
}

const WHOLE_SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

function Value({ text }: { text: string }) {
  if (WHOLE_SECOND.test(text)) return <Moment at={text} style="full" />;
  return <span className={/^0x|^\d+$/.test(text) ? 'font-mono' : ''}>{text}</span>;
}

function Mismatches({ reading }: { reading: Reading }) {
  const { t } = useTexts();
  if (reading.mismatches.length === 0) return null;
  return (
    <div className="m-3 border-2 border-critical bg-critical-soft p-3 text-critical" role="alert">
      <p className="flex items-center gap-2 text-md font-semibold">
        <Icon name="critical" size={18} />
        {t('action.doNotSign')}
      </p>
      <ul className="mt-1 list-disc pl-6">
        {reading.mismatches.map((mismatch) => (
          <li key={mismatch}>{t(`action.mismatch.${mismatch}`)}</li>
        ))}
      </ul>
    </div>
  );
}

type DangerProps = Omit<Props, 'reading'> & { readonly dangers: readonly string[] };

function Dangers({ dangers, isAcknowledged, onAcknowledge }: DangerProps) {
  const { t } = useTexts();
  if (dangers.length === 0)
    return (
      <p className="flex items-center gap-1.5 px-3 pt-1 text-xs text-ok sm:px-4">
        <Icon name="ok" size={12} />
        {t('action.noDanger')}
      </p>
    );
  return (
    <div className="m-3 border-2 border-critical bg-critical-soft p-3" role="alert">
      <p className="flex items-center gap-2 text-md font-semibold text-critical">
        <Icon name="critical" size={18} />
        {t('action.danger')}
      </p>
      <ul className="mt-1 list-disc pl-6 text-md">
        {dangers.map((danger) => (
          <li key={danger}>{danger}</li>
        ))}
      </ul>
      {onAcknowledge === null ? null : (
        <label className="mt-2 flex min-h-8 items-center gap-2 font-semibold">
          <input
            type="checkbox"
            className="size-5"
            checked={isAcknowledged}
            onChange={(event) => onAcknowledge(event.target.checked)}
          />
          {t('action.acknowledge')}
        </label>
      )}
    </div>
  );
}

/** Four digits at a time, eight groups a row on a phone. */
export function Hash({ hex, label }: { hex: string; label: string }) {
  return (
    <div className="border-t border-line bg-sunken px-3 py-2.5 sm:px-4">
      <p className="label">{label}</p>
      <p className="mt-1 grid grid-cols-8 gap-x-1 gap-y-0.5 font-mono text-md font-semibold sm:max-w-[30rem]">
        <span className="sr-only">{hex}</span>
        {groupedHex(hex).map((group, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <span key={i} aria-hidden="true" className="whitespace-nowrap max-sm:text-[12px]">
            {group}
          </span>
        ))}
      </p>
    </div>
  );
}
