/** A passkey of this device for somebody who will stand in the charter: what comes out is the credential to put there. */
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTexts } from '../../../i18n/language.ts';
import { offerFile } from '../../../signing/offline.ts';
import { hasPasskeys, makePasskey } from '../../../signing/passkey.ts';
import { Icon } from '../../../ui/icon.tsx';

const ID_PATTERN = '[a-z0-9][a-z0-9:_\\-]{0,39}';

export function MakePasskeyBox() {
  const { t } = useTexts();
  const [person, setPerson] = useState('');
  const [name, setName] = useState('passkey-1');
  const make = useMutation({
    mutationFn: async () => ({ of: person, credential: await makePasskey(person, name) }),
  });
  if (!hasPasskeys()) return <p className="text-muted">{t('founding.passkey.none')}</p>;
  return (
    <>
      <p className="max-w-[88ch] text-muted">{t('founding.passkey.hint')}</p>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <IdField label={t('founding.passkey.person')} value={person} onChange={setPerson} />
        <IdField label={t('founding.passkey.name')} value={name} onChange={setName} />
        <button type="submit" className="btn" disabled={make.isPending || person === '' || name === ''}>
          <Icon name="sign" />
          {t('founding.passkey.make')}
        </button>
      </form>
      {make.error === null ? null : (
        <p className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
          {make.error.message}
        </p>
      )}
      {make.data === undefined ? null : <Made {...make.data} />}
    </>
  );
}

function Made({ of, credential }: { of: string; credential: object }) {
  const { t } = useTexts();
  const text = `${JSON.stringify(credential, null, 2)}\n`;
  return (
    <div className="flex flex-col gap-2" role="status">
      <p className="text-ok">{t('founding.passkey.made', { id: of })}</p>
      <pre className="border border-line bg-sunken p-2 font-mono text-xs break-all whitespace-pre-wrap">
        {text}
      </pre>
      <button
        type="button"
        className="btn self-start"
        onClick={() => offerFile(`credential-${of}.json`, text)}
      >
        <Icon name="down" />
        {t('founding.passkey.save')}
      </button>
    </div>
  );
}

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
};

function IdField({ label, value, onChange }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="min-w-0 grow basis-44 sm:max-w-64">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="field font-mono"
        pattern={ID_PATTERN}
        title={t('founding.passkey.pattern')}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
