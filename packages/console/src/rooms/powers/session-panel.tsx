/**
 * Who this session is, and becoming somebody: choose an id, sign the server's nonce. A session never approves; every
 * approval is a signature of its own.
 */
import type { Me, Member, PowersPage } from '@sonae/core/app/api.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { ApiError } from '../../api.ts';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { hasPasskeys } from '../../signing/passkey.ts';
import { type Method, signIn, signOut } from '../../signing/session-api.ts';
import { browserWallet } from '../../signing/wallet.ts';
import { Icon } from '../../ui/icon.tsx';
import { AbsenceBox } from './absence-box.tsx';
import { AnswerBox } from './answer-box.tsx';
import { PasskeyBox } from './passkey-box.tsx';

export function SessionPanel({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  const { data: me } = useQuery(meQuery);
  if (me === undefined) return null;
  return (
    <section className="panel" aria-labelledby="session">
      <div className="panel-title">
        <h2 id="session">{t('session.title')}</h2>
      </div>
      <div className="flex flex-col gap-2 p-3">
        <p className="flex flex-wrap items-center gap-x-2">
          <Icon name="person" />
          <span className="font-mono font-semibold">{me.principal}</span>
        </p>
        <p className="text-xs text-muted">
          {me.roles.length > 0
            ? t('session.roles', { roles: me.roles.join(', ') })
            : t(me.enrolled ? 'session.noRole' : 'session.local')}
        </p>
        {me.enrolled ? <Enrolled me={me} page={page} /> : <SignIn page={page} />}
      </div>
    </section>
  );
}

function Enrolled({ me, page }: { me: Me; page: PowersPage }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const leave = useMutation({ mutationFn: signOut, onSettled: () => client.invalidateQueries() });
  const own = page.members.find(({ id }) => id === me.principal);
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="btn" disabled={leave.isPending} onClick={() => leave.mutate()}>
          {t('session.signOut')}
        </button>
      </div>
      <AnswerBox me={me} page={page} methods={methodsOf(own)} />
      {own === undefined ? null : <AbsenceBox member={own} />}
      <PasskeyBox principal={me.principal} founding={page.founding} />
    </>
  );
}

/** What this browser can sign with for a person. */
function methodsOf(member: Member | undefined): Method[] {
  const kinds = new Set(member?.credentials.map(({ kind }) => kind));
  const methods: Method[] = [];
  if (kinds.has('passkey') && hasPasskeys()) methods.push('passkey');
  if (kinds.has('evm') && browserWallet() !== null) methods.push('wallet');
  return methods;
}

function SignIn({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [chosen, setChosen] = useState('');
  const id = useId();
  const enter = useMutation({
    mutationFn: (method: Method) => signIn(chosen, method),
    onSuccess: () => client.invalidateQueries(),
  });
  const methods = methodsOf(page.members.find((one) => one.id === chosen));
  if (page.members.length === 0) return <p className="text-xs text-muted">{t('session.nobody')}</p>;
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-2">
      <label className="font-medium" htmlFor={id}>
        {t('session.as')}
      </label>
      <select id={id} className="field" value={chosen} onChange={(event) => setChosen(event.target.value)}>
        <option value="">{t('session.choose')}</option>
        {page.members.map((member) => (
          <option key={member.id} value={member.id}>
            {member.id}
          </option>
        ))}
      </select>
      <div className="flex flex-wrap gap-2">
        <MethodButton
          isOffered={methods.includes('passkey')}
          isBusy={enter.isPending}
          onUse={() => enter.mutate('passkey')}
        >
          {t('session.withPasskey')}
        </MethodButton>
        <MethodButton
          isOffered={methods.includes('wallet')}
          isBusy={enter.isPending}
          onUse={() => enter.mutate('wallet')}
        >
          {t('session.withWallet')}
        </MethodButton>
      </div>
      {chosen !== '' && methods.length === 0 ? (
        <p className="text-xs text-muted">{t('session.noWay', { id: chosen })}</p>
      ) : null}
      {enter.error === null ? null : <Failure error={enter.error} />}
    </div>
  );
}

type MethodProps = {
  readonly isOffered: boolean;
  readonly isBusy: boolean;
  readonly onUse: () => void;
  readonly children: ReactNode;
};

function MethodButton({ isOffered, isBusy, onUse, children }: MethodProps) {
  return (
    <button
      type="button"
      className={`btn ${isOffered ? 'btn-main' : ''}`}
      disabled={!isOffered || isBusy}
      onClick={onUse}
    >
      <Icon name="sign" />
      {children}
    </button>
  );
}

function Failure({ error }: { error: unknown }) {
  const { t } = useTexts();
  const { message = String(error) } = error as { message?: string };
  const hint = error instanceof ApiError ? error.hint : '';
  return (
    <p className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
      <strong className="font-semibold text-critical">{t('session.failed')}</strong> {message} {hint}
    </p>
  );
}
