/** Asking to be told: by mail, webhook or Slack, for some components or all. And the feeds, which ask for nothing. */
import { type FormEvent, useId, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { IS_COPY, placeOf } from '../status.ts';
import type { PageComponent, SubscriptionKind } from './page-data.ts';

type Props = {
  readonly offered: readonly SubscriptionKind[];
  readonly components: readonly PageComponent[];
};
type Outcome = { readonly good: boolean; readonly text: string };

export function SubscribeSection({ offered, components }: Props) {
  const { t, language } = useTexts();
  const query = IS_COPY ? '' : `?lang=${language}`;
  return (
    <section aria-labelledby="subscribe" data-chrome>
      <h2 id="subscribe">{t('subscribe.title')}</h2>
      <p className="mt-1.5 flex flex-wrap gap-x-4">
        {(['rss', 'atom', 'json'] as const).map((kind) => (
          <a key={kind} className="link" href={placeOf(`/public/history.${kind}`) + query}>
            {t(`subscribe.${kind}`)}
          </a>
        ))}
        <a className="link" href={placeOf('/public/api/v2/summary.json') + query}>
          {t('subscribe.api')}
        </a>
      </p>
      {offered.length === 0 ? null : <SubscribeForm offered={offered} components={components} />}
    </section>
  );
}

async function send(body: object): Promise<{ secret?: string }> {
  const response = await fetch('/public/subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { secret?: string; fault?: { message: string } };
  if (!response.ok) throw new Error(answer.fault?.message ?? response.statusText);
  return answer;
}

function SubscribeForm({ offered, components }: Props) {
  const { t, language } = useTexts();
  const [kind, setKind] = useState<SubscriptionKind>(offered[0] ?? 'email');
  const [address, setAddress] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isSending, setSending] = useState(false);
  const id = useId();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSending(true);
    try {
      const { secret } = await send({ kind, address, language, components: chosen });
      const more = secret === undefined ? '' : ` ${t('subscribe.secret', { secret })}`;
      setOutcome({ good: true, text: t(`subscribe.asked.${kind}`) + more });
    } catch (error) {
      setOutcome({ good: false, text: (error as Error).message });
    }
    setSending(false);
  };
  const field = 'min-h-8 rounded-xs border border-edge bg-panel px-2';
  return (
    <form className="panel mt-2 flex flex-col gap-2.5 px-4 py-3" onSubmit={(event) => void submit(event)}>
      <div className="flex flex-wrap gap-2">
        <select
          aria-label={t('subscribe.kind')}
          className={field}
          value={kind}
          onChange={(event) => setKind(event.target.value as SubscriptionKind)}
        >
          {offered.map((one) => (
            <option key={one} value={one}>
              {t(`subscribe.${one}`)}
            </option>
          ))}
        </select>
        <input
          id={id}
          aria-label={t(`subscribe.address.${kind}`)}
          placeholder={t(`subscribe.address.${kind}`)}
          className={`${field} min-w-0 flex-1 basis-56`}
          type={kind === 'email' ? 'email' : 'url'}
          autoComplete={kind === 'email' ? 'email' : 'off'}
          required
          maxLength={1000}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
        <button type="submit" className="btn" disabled={isSending}>
          {t('subscribe.send')}
        </button>
      </div>
      <Choices components={components} chosen={chosen} onChange={setChosen} />
      <p className="text-sm text-muted">{t('subscribe.privacy')}</p>
      <p role="status" className={outcome?.good === false ? 'text-critical' : 'text-ok'}>
        {outcome?.text}
      </p>
    </form>
  );
}

type ChoicesProps = {
  readonly components: readonly PageComponent[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

/** Which services; none chosen means all. */
function Choices({ components, chosen, onChange }: ChoicesProps) {
  const { t, pick } = useTexts();
  const toggle = (component: string): void =>
    onChange(chosen.includes(component) ? chosen.filter((one) => one !== component) : [...chosen, component]);
  return (
    <details>
      <summary className="text-sm">
        {chosen.length === 0 ? t('subscribe.all') : t('subscribe.some', { count: chosen.length })}
      </summary>
      <fieldset className="mt-1.5 grid gap-x-4 sm:grid-cols-2">
        <legend className="sr-only">{t('subscribe.which')}</legend>
        {components.map((component) => (
          <label key={component.id} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(component.id)}
              onChange={() => toggle(component.id)}
            />
            {pick(component.name)}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
