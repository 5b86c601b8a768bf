/** Saying no to a request, or calling off what is on its way: with a reason, signed like an approval. */
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField } from './reason-field.tsx';
import type { Signer } from './use-signer.ts';

type Props = {
  readonly verdict: 'refuse' | 'cancel';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly signer: Signer;
};

export function SayNoDialog(props: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t(`${props.verdict}.title`)}>
      <SayNoForm {...props} />
    </Dialog>
  );
}

function SayNoForm({ verdict, onClose, signer }: Props) {
  const { t } = useTexts();
  const [reason, setReason] = useState('');
  const id = useId();
  const { command, eligible, principal } = signer;
  const ways = verdict === 'cancel' ? signer.cancelWays : signer.ways;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [way] = ways;
    if (way !== undefined) signer.sign(verdict, way, reason.trim(), onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <p>{t(`${verdict}.hint`)}</p>
      <div>
        <label className="font-medium" htmlFor={id}>
          {t('sign.as')}
        </label>
        <select
          id={id}
          className="field mt-1 font-mono"
          value={principal}
          onChange={(event) => signer.choose(event.target.value)}
        >
          {eligible.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <ReasonField label={t('no.reason')} hint={t('no.reasonHint')} value={reason} onChange={setReason} />
      <CommandOutcome command={command} quietWhenDone />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="submit"
          className="btn btn-final"
          disabled={command.isPending || reason.trim() === '' || ways.length === 0}
        >
          {t(command.isPending ? 'sign.waiting' : `${verdict}.submit`)}
        </button>
      </div>
    </form>
  );
}
