/** "Am I counted?": a customer's file, what they know, and every step of the answer. */

import { type CustomerFile, parseCustomerFile } from '@sonae/proof/customer-file';
import { useId, useMemo, useState } from 'react';
import { StepLine } from '../check/steps-view.tsx';
import { readLogPath } from '../check/use-growth.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Answer } from './answer.tsx';
import { BalanceFields, knownOf, type Written } from './balance-fields.tsx';
import { browserEngine } from './browser-engine.ts';
import { type CountedCheck, type CountedVerdict, checkCustomer } from './check-customer.ts';
import { CountedResult } from './counted-result.tsx';
import { FileDrop, type GivenFile } from './file-drop.tsx';
import { knownLog, type ShownLog } from './known-log.ts';
import type { Published, PublishedEpoch } from './published.ts';
import { Why } from './why.tsx';

type Props = {
  readonly published: Published;
  readonly newest: PublishedEpoch;
  readonly shown: ShownLog;
  /** The file of a customer that was shown to be counted, for the search in the list. */
  readonly onFile: (file: CustomerFile | null) => void;
};
type Answered = { readonly verdict: CountedVerdict; readonly known: CountedCheck['known'] };

export function CountedPanel({ published, newest, shown, onFile }: Props) {
  const { t } = useTexts();
  const { epochs, decimals } = published;
  const [given, setGiven] = useState<GivenFile | null>(null);
  const [customer, setCustomer] = useState('');
  const [written, setWritten] = useState<Written>({});
  const [answer, setAnswer] = useState<Answered | 'running' | null>(null);
  const about = useMemo(() => epochOf(given, epochs), [given, epochs]) ?? newest;
  const known = knownOf(written, about, decimals);
  /** An answer is about what was asked: whatever changes takes it away. */
  const ask = (change: () => void): void => {
    change();
    setAnswer(null);
    onFile(null);
  };
  const check = async (): Promise<void> => {
    if (given === null || known === null) return;
    setAnswer('running');
    const { log, seen } = await knownLog(shown);
    const asked = { text: given.text, log, epochs, customer: customer.trim(), known, seen };
    const verdict = await checkCustomer({ ...asked, readLog: readLogPath, engine: browserEngine });
    setAnswer({ verdict, known });
    onFile(verdict.good ? verdict.file : null);
  };
  const isRunning = answer === 'running';
  return (
    <div className="panel" id="counted" data-counted>
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('counted.title')}</h3>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p className="max-w-[42rem]">{t('counted.intro')}</p>
        <FileDrop given={given} onGive={(file) => ask(() => setGiven(file))} />
        <CustomerField value={customer} onChange={(next) => ask(() => setCustomer(next))} />
        <BalanceFields
          epoch={about}
          decimals={decimals}
          written={written}
          onWrite={(next) => ask(() => setWritten(next))}
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
          <button
            type="button"
            className="btn"
            disabled={given === null || known === null || isRunning}
            onClick={() => void check()}
            data-chrome
          >
            <Icon name="seal" />
            {t(isRunning ? 'counted.checking' : 'counted.check')}
          </button>
          {answer === null || isRunning ? null : (
            <Answer good={answer.verdict.good}>
              {t(answer.verdict.good ? 'counted.good' : 'counted.bad')}
            </Answer>
          )}
        </div>
        <div aria-live="polite">
          {answer === null || isRunning ? null : (
            <>
              <Steps verdict={answer.verdict} />
              <CountedResult {...answer} customer={customer.trim()} newest={newest} decimals={decimals} />
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function CustomerField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="flex flex-col gap-0.5" data-chrome>
      <label htmlFor={id}>{t('counted.customer')}</label>
      <input
        id={id}
        autoComplete="off"
        className="min-h-7.5 max-w-80 rounded-xs border border-edge bg-panel px-2"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className="text-sm text-muted">{t('counted.customerHint')}</p>
    </div>
  );
}

/** The epoch that a file is about, before anything of it is checked: only to ask for the amounts of that moment. */
function epochOf(given: GivenFile | null, epochs: readonly PublishedEpoch[]): PublishedEpoch | undefined {
  if (given === null) return undefined;
  try {
    const { epoch } = parseCustomerFile(given.text.trim()).proof.statement;
    return epochs.find((one) => one.epoch === epoch);
  } catch {
    return undefined;
  }
}

function Steps({ verdict }: { verdict: CountedVerdict }) {
  const { t } = useTexts();
  const failed = verdict.steps.find(({ outcome }) => outcome === 'fail');
  return (
    <>
      {failed === undefined ? null : <Why step={failed.name} reason={failed.reason} />}
      <ol className="mt-2.5 mb-1 flex flex-col gap-1.5 border-l-2 border-line pl-3">
        {verdict.steps.map(({ name, outcome, reason, shown }) => (
          <StepLine
            key={name}
            title={t(`counted.${name}`)}
            how={t(`counted.${name}.how`, shown)}
            outcome={outcome}
            reason={reason}
          />
        ))}
      </ol>
    </>
  );
}
