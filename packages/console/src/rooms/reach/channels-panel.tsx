/** My own channels: what is stated, whether it worked, stating it anew, and trying all now. Addresses never come back. */
import type { ReachPage } from '@sonae/core/app/response/api.ts';
import { CHANNEL_KINDS, type ChannelKind } from '@sonae/core/nouns/people/facts/reach.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { tryChannels } from './reach-queries.ts';

const CHANNELS_MAX = 10;

export function ChannelsPanel({ mine }: Pick<ReachPage, 'mine'>) {
  const { t } = useTexts();
  const { data: me } = useQuery(meQuery);
  return (
    <section className="panel" aria-labelledby="channels">
      <div className="panel-title">
        <h2 id="channels">{t('channel.title')}</h2>
      </div>
      {me?.enrolled === true ? (
        <div className="flex flex-col gap-3 p-3">
          <Stated mine={mine} />
          <ChannelsForm principal={me.principal} />
        </div>
      ) : (
        <p className="p-3 text-muted">{t('reach.signIn')}</p>
      )}
    </section>
  );
}

function Stated({ mine }: Pick<ReachPage, 'mine'>) {
  const { t } = useTexts();
  const client = useQueryClient();
  const test = useMutation({ mutationFn: tryChannels, onSettled: () => client.invalidateQueries() });
  if (mine === null || mine.kinds.length === 0)
    return (
      <p className="inline-flex items-center gap-1 font-semibold text-critical">
        <Icon name="critical" size={13} />
        {t('channel.none')}
      </p>
    );
  return (
    <div className="flex flex-col gap-2">
      <ul>
        {[...new Set(mine.kinds)].map((kind) => {
          const seen = mine.tests[kind];
          const works = seen?.works;
          const ink = works === undefined ? 'text-muted' : works ? 'text-ok' : 'text-critical';
          return (
            <li key={kind} className="flex flex-wrap items-center gap-x-2">
              <span>{t(`channel.${kind}`)}</span>
              <span className={`inline-flex items-center gap-1 ${ink}`}>
                <Icon name={works === undefined ? 'minus' : works ? 'ok' : 'critical'} size={13} />
                {t(works === undefined ? 'channel.untried' : works ? 'channel.works' : 'channel.fails')}
              </span>
              {seen === undefined ? null : (
                <span className="text-xs">
                  <Moment at={seen.at} />
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        className="btn self-start"
        disabled={test.isPending}
        onClick={() => test.mutate()}
      >
        {t(test.isPending ? 'common.sending' : 'channel.test')}
      </button>
      {test.error === null ? null : (
        <p className="text-critical" role="alert">
          {test.error.message}
        </p>
      )}
      {test.data === undefined ? null : (
        <ul className="text-xs" role="status">
          {test.data.tried.map(({ kind, works, why }, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two channels of one kind differ by their place only
            <li key={n}>
              {t(`channel.${kind}`)}: {works ? t('channel.works') : why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type Row = { readonly kind: ChannelKind; readonly to: string };
const FIRST: readonly Row[] = [{ kind: 'email', to: '' }];

function ChannelsForm({ principal }: { principal: string }) {
  const { t } = useTexts();
  const command = useCommand();
  const [rows, setRows] = useState(FIRST);
  const put = (n: number, change: Partial<Row>): void =>
    setRows(rows.map((row, i) => (i === n ? { ...row, ...change } : row)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const channels = rows.map(({ kind, to }) => ({ kind, to: to.trim() }));
    command.send('people.SetChannels', { principal, channels }, () => setRows(FIRST));
  };
  return (
    <form className="flex flex-col gap-2 border-t border-line pt-3" onSubmit={submit}>
      <p className="text-xs text-muted">{t('channel.hint')}</p>
      {rows.map((row, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the order of channels
        <div key={n} className="flex gap-2">
          <select
            className="field w-auto shrink-0"
            aria-label={t('channel.kind', { n: n + 1 })}
            value={row.kind}
            onChange={(event) =>
              put(n, { kind: CHANNEL_KINDS.find((kind) => kind === event.target.value) ?? 'email' })
            }
          >
            {CHANNEL_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`channel.${kind}`)}
              </option>
            ))}
          </select>
          <input
            className="field"
            aria-label={t('channel.to', { n: n + 1 })}
            placeholder={t(`channel.like.${row.kind}`)}
            autoComplete="off"
            required
            maxLength={500}
            value={row.to}
            onChange={(event) => put(n, { to: event.target.value })}
          />
          <button
            type="button"
            className="btn"
            aria-label={t('channel.drop', { n: n + 1 })}
            disabled={rows.length === 1}
            onClick={() => setRows(rows.filter((_, i) => i !== n))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <CommandOutcome command={command} about="people" />
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="btn"
          disabled={rows.length >= CHANNELS_MAX}
          onClick={() => setRows([...rows, { kind: 'sms', to: '' }])}
        >
          {t('channel.add')}
        </button>
        <button type="submit" className="btn btn-main" disabled={command.isPending}>
          {t(command.isPending ? 'common.sending' : 'channel.set')}
        </button>
      </div>
    </form>
  );
}
