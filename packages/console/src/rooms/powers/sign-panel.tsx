/** Signing: who signs, by which way, or away from here by file; and saying no. */
import type { PowersPage } from '@sonae/core/app/api.ts';
import { useId, useState } from 'react';
import { CommandOutcome } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { DemonstrationMark } from './demonstration-mark.tsx';
import { SayNoDialog } from './say-no-dialog.tsx';
import type { Signer, Way } from './use-signer.ts';

type Props = {
  readonly signer: Signer;
  readonly page: PowersPage | undefined;
  /** False while something stands against signing: a mismatch, or a danger that nobody has acknowledged. */
  readonly isFree: boolean;
  readonly isRequested: boolean;
};

export function SignPanel({ signer, page, isFree, isRequested }: Props) {
  const { t } = useTexts();
  const [isRefusing, setRefusing] = useState(false);
  const id = useId();
  const [first, ...others] = signer.ways;
  return (
    <section className="panel" aria-labelledby="sign" data-chrome>
      <div className="panel-title">
        <h2 id="sign">{t('sign.title')}</h2>
        {page?.demonstration ? <DemonstrationMark /> : null}
      </div>
      <div className="flex flex-col gap-3 p-3">
        <div>
          <label className="label" htmlFor={id}>
            {t(page?.demonstration ? 'sign.asDemo' : 'sign.as')}
          </label>
          <select
            id={id}
            className="field mt-0.5 min-h-10 font-mono text-md"
            value={signer.principal}
            onChange={(event) => signer.choose(event.target.value)}
          >
            {signer.eligible.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        {first === undefined ? (
          <p className="text-muted">{t('sign.noWay', { id: signer.principal })}</p>
        ) : (
          <div className="max-lg:hidden">
            <SignButton signer={signer} way={first} isFree={isFree} isMain />
          </div>
        )}
        {others.map((way) => (
          <SignButton key={way} signer={signer} way={way} isFree={isFree} />
        ))}
        {isRequested && first !== undefined ? (
          <button type="button" className="btn btn-grave" onClick={() => setRefusing(true)}>
            {t('sign.sayNo')}
          </button>
        ) : null}
        <CommandOutcome command={signer.command} />
      </div>
      {first === undefined ? null : (
        <SayNoDialog verdict="refuse" open={isRefusing} onClose={() => setRefusing(false)} signer={signer} />
      )}
    </section>
  );
}

type ButtonProps = {
  readonly signer: Signer;
  readonly way: Way;
  readonly isFree: boolean;
  readonly isMain?: boolean;
};

export function SignButton({ signer, way, isFree, isMain = false }: ButtonProps) {
  const { t } = useTexts();
  const { command, principal } = signer;
  return (
    <button
      type="button"
      className={`btn w-full ${isMain ? 'btn-main min-h-12 text-md' : ''}`}
      disabled={!isFree || command.isPending}
      onClick={() => signer.sign('approve', way, null)}
    >
      <Icon name="sign" size={16} />
      <span className="whitespace-normal">
        {t(command.isPending ? 'sign.waiting' : `sign.way.${way}`, { id: principal })}
      </span>
    </button>
  );
}

/** The one button of a small screen, always in reach of a thumb. */
export function SignBar({ signer, isFree }: { signer: Signer; isFree: boolean }) {
  const { t } = useTexts();
  const [first] = signer.ways;
  if (first === undefined) return null;
  return (
    <div
      data-chrome
      className="sticky bottom-[58px] z-10 -mx-3 border-t border-line bg-panel p-3 sm:bottom-0 sm:-mx-4 lg:hidden"
    >
      {isFree ? null : (
        <p className="mb-1.5 text-center text-xs font-semibold text-critical">{t('sign.first')}</p>
      )}
      <SignButton signer={signer} way={first} isFree={isFree} isMain />
    </div>
  );
}
