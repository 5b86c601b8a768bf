/**
 * Making a passkey on this device. The server checks and describes it, the passkey signs whose it is; it counts for nothing
 * until a power over the rules binds it, so what comes out here is the change to ask that power for.
 */
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { offerFile } from '../../signing/offline.ts';
import { bindPasskey, hasPasskeys, makePasskey } from '../../signing/passkey.ts';
import { Icon } from '../../ui/icon.tsx';

const ID_PATTERN = '[a-z0-9][a-z0-9:_\\-]{0,39}';

export function PasskeyBox({ principal, founding }: { principal: string; founding: string }) {
  const { t } = useTexts();
  const [name, setName] = useState('passkey-1');
  const id = useId();
  const make = useMutation({
    mutationFn: async () => bindPasskey(founding, principal, await makePasskey(principal, name)),
  });
  if (!hasPasskeys()) return null;
  const text = make.data === undefined ? '' : `${JSON.stringify(make.data, null, 2)}\n`;
  return (
    <details className="border-t border-line pt-2">
      <summary className="text-xs">{t('passkey.title')}</summary>
      <form
        className="mt-2 flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <p className="text-xs text-muted">{t('passkey.hint')}</p>
        <label className="label" htmlFor={id}>
          {t('passkey.name')}
        </label>
        <input
          id={id}
          className="field"
          pattern={ID_PATTERN}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="btn self-start" disabled={make.isPending}>
          <Icon name="sign" />
          {t('passkey.make')}
        </button>
      </form>
      {make.error === null ? null : (
        <p className="mt-2 border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
          {make.error.message}
        </p>
      )}
      {make.data === undefined ? null : (
        <div className="mt-2 flex flex-col gap-2" role="status">
          <p className="text-ok">{t('passkey.made')}</p>
          <pre className="overflow-x-auto border border-line bg-sunken p-2 font-mono text-xs whitespace-pre-wrap">
            {text}
          </pre>
          <button
            type="button"
            className="btn self-start"
            onClick={() => offerFile(`bind-${principal}.json`, text)}
          >
            <Icon name="down" />
            {t('passkey.save')}
          </button>
        </div>
      )}
    </details>
  );
}
