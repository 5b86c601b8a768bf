/** Signing the charter as one of its people, with a passkey of this device or a wallet; the signature leaves as a file. */
import type { Credential } from '@sonae/proof/approval';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTexts } from '../../../i18n/language.ts';
import { offerFile } from '../../../signing/offline.ts';
import { hasPasskeys } from '../../../signing/passkey.ts';
import { type Method, passkeysOf, signStatement, walletsOf } from '../../../signing/session-api.ts';
import { browserWallet } from '../../../signing/wallet.ts';
import { Icon } from '../../../ui/icon.tsx';
import { foundStatement, type ReadCharter } from './charter-reading.ts';
import { type SignatureFile, signatureProblem, signatureText } from './signature-files.ts';

type Props = { readonly read: ReadCharter; readonly onSigned: (signature: SignatureFile) => void };

export function SignCharterBox({ read, onSigned }: Props) {
  const { t } = useTexts();
  const { charter } = read;
  const [chosen, setChosen] = useState(charter.principals[0]?.id ?? '');
  const [isRead, setRead] = useState(false);
  const credentials = usableHere(
    (charter.principals.find((one) => one.id === chosen)?.credentials ?? []) as readonly Credential[],
  );
  const methods = methodsOf(credentials);
  const sign = useMutation({
    mutationFn: async (method: Method) => {
      const signed = await signStatement(method, credentials, foundStatement(charter));
      const signature = { principal: chosen, ...signed };
      const problem = signatureProblem(charter, signature);
      if (problem !== null) throw new Error(typeof problem === 'string' ? problem : problem.said);
      return signature;
    },
    onSuccess: onSigned,
  });
  const isFree = isRead && read.problems.length === 0;
  return (
    <>
      <label className="flex min-h-8 items-center gap-2 font-medium">
        <input
          type="checkbox"
          className="size-5 shrink-0"
          checked={isRead}
          onChange={(event) => setRead(event.target.checked)}
        />
        {t('founding.read')}
      </label>
      <div className="flex flex-wrap items-end gap-2">
        <FounderField
          ids={charter.principals.map((one) => one.id)}
          value={chosen}
          onChange={(next) => {
            setChosen(next);
            sign.reset();
          }}
        />
        {methods.map((method) => (
          <button
            key={method}
            type="button"
            className="btn btn-main"
            disabled={!isFree || sign.isPending}
            onClick={() => sign.mutate(method)}
          >
            <Icon name="sign" />
            {t(sign.isPending ? 'founding.sign.waiting' : `founding.sign.${method}`, { id: chosen })}
          </button>
        ))}
      </div>
      {methods.length === 0 ? <ByKey id={chosen} /> : null}
      {methods.length > 0 && !isRead ? (
        <p className="text-xs text-muted">{t('founding.sign.first')}</p>
      ) : null}
      {sign.error === null ? null : (
        <p className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
          <strong className="font-semibold text-critical">{t('founding.sign.failed')}</strong>{' '}
          {wordsOf(sign.error, t('sign.deviceNo'))}
        </p>
      )}
      {sign.data === undefined ? null : <Signed signature={sign.data} />}
    </>
  );
}

type FieldProps = {
  readonly ids: readonly string[];
  readonly value: string;
  readonly onChange: (id: string) => void;
};

function FounderField({ ids, value, onChange }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="grow basis-44 sm:max-w-64">
      <label className="label" htmlFor={id}>
        {t('founding.sign.as')}
      </label>
      <select
        id={id}
        className="field font-mono"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {ids.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}

function ByKey({ id }: { id: string }) {
  const { t } = useTexts();
  return (
    <div className="text-muted">
      <p>{t('founding.sign.noWay', { id })}</p>
      <p className="mt-1 font-mono text-xs">
        sonae charter sign charter.json --key {id}.key --out {id}.sig
      </p>
    </div>
  );
}

function Signed({ signature }: { signature: SignatureFile }) {
  const { t } = useTexts();
  const { principal } = signature;
  return (
    <div className="flex flex-wrap items-center gap-2" role="status">
      <p className="text-ok">{t('founding.sign.done')}</p>
      <button
        type="button"
        className="btn"
        onClick={() => offerFile(`${principal}.sig`, signatureText(signature))}
      >
        <Icon name="down" />
        {t('founding.sign.save', { id: principal })}
      </button>
    </div>
  );
}

/** A passkey answers only on the site that it was made for. */
function usableHere(credentials: readonly Credential[]): readonly Credential[] {
  return credentials.filter((one) => one.kind !== 'passkey' || one.origins.includes(location.origin));
}

function methodsOf(credentials: readonly Credential[]): Method[] {
  const methods: Method[] = [];
  if (passkeysOf(credentials).length > 0 && hasPasskeys()) methods.push('passkey');
  if (walletsOf(credentials).length > 0 && browserWallet() !== null) methods.push('wallet');
  return methods;
}

function wordsOf(error: Error, refused: string): string {
  const { name, code, message } = error as Error & { code?: number };
  // 4001: EIP-1193, the person said no.
  return name === 'NotAllowedError' || code === 4001 ? refused : message;
}
