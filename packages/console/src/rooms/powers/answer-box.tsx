/** Answering a liveness challenge: one signature that shows that this person can still sign. The silent stop counting. */
import type { Me, PowersPage } from '@sonae/core/app/api.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import { useQuery } from '@tanstack/react-query';
import { newIdempotencyKey, submitCommand } from '../../api.ts';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { logQuery } from '../../queries.ts';
import { fetchCredentials, type Method, signStatement } from '../../signing/session-api.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';

type Challenge = { readonly challenge: string; readonly principals: readonly string[]; readonly due: string };

const isOf = (fact: Fact, name: string): boolean => fact.type.split('@', 1)[0] === name;

/** The newest challenge to this person, if it stands unanswered. Facts come newest first. */
export function openChallenge(facts: readonly Fact[], principal: string): Challenge | null {
  for (const fact of facts) {
    const body = fact.body as unknown as Challenge & { readonly principal?: string };
    if (isOf(fact, 'people.LivenessAnswered') && body.principal === principal) return null;
    if (isOf(fact, 'people.LivenessChallenged')) return body.principals.includes(principal) ? body : null;
  }
  return null;
}

type Props = { readonly me: Me; readonly page: PowersPage; readonly methods: readonly Method[] };

export function AnswerBox({ me, page, methods }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const { data } = useQuery(logQuery({ stream: 'people' }));
  const open = openChallenge(data?.facts ?? [], me.principal);
  if (open === null) return null;
  const answer = (method: Method): void => {
    command.perform(async () => {
      const { principal } = me;
      const body = { founding: page.founding, challenge: open.challenge, principal };
      const signed = await signStatement(method, await fetchCredentials(principal), { says: 'answer', body });
      const input = { challenge: open.challenge, principal, ...signed };
      return submitCommand('people.Answer', input, newIdempotencyKey());
    });
  };
  return (
    <div className="flex flex-col gap-2 border-l-2 border-watch bg-watch-soft px-3 py-2">
      <p>
        {t('answer.asked')} <Moment at={open.due} />
      </p>
      <div className="flex flex-wrap gap-2">
        {methods.map((method) => (
          <button
            key={method}
            type="button"
            className="btn btn-main"
            disabled={command.isPending}
            onClick={() => answer(method)}
          >
            <Icon name="sign" />
            {t(`answer.${method}`)}
          </button>
        ))}
      </div>
      {methods.length === 0 ? <p className="text-xs">{t('session.noWay', { id: me.principal })}</p> : null}
      <CommandOutcome command={command} />
    </div>
  );
}
