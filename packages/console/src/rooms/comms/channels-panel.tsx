/**
 * Channels that are really ours, who speaks there and what may be said: fixed beforehand. Names and addresses become
 * public, so that customers can tell them from others; the rest stays inside, and the form says which is which.
 */
import { CHANNEL_KINDS, type Channel } from '@sonae/core/nouns/comms/facts/desk.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import { type FormEvent, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';

const CHANNELS_MAX = 30;

export function AgreedChannelsPanel({ channels }: Pick<CommsPage, 'channels'>) {
  const { t, pick } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="panel" aria-labelledby="agreed-channels">
      <div className="panel-title">
        <h2 id="agreed-channels" className="flex-1">
          {t('agreed.title')}
        </h2>
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t('agreed.edit')}
        </button>
      </div>
      {channels.length === 0 ? <p className="p-3 text-warning">{t('agreed.none')}</p> : null}
      <ul>
        {channels.map(({ id, name, address, spokespersons }) => (
          <li key={id} className="border-b border-line px-3 py-1.5 last:border-b-0">
            <p className="flex flex-wrap gap-x-3">
              <span className="font-medium">{pick(name)}</span>
              <span className="[overflow-wrap:anywhere]">{address}</span>
            </p>
            <p className="label">{t('agreed.speaks', { who: spokespersons.join(', ') })}</p>
          </li>
        ))}
      </ul>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={t('agreed.title')}>
        <ChannelsForm channels={channels} onClose={() => setOpen(false)} />
      </Dialog>
    </section>
  );
}

/** Spokespersons as they stand in the field: ids with commas. */
type Row = Omit<Channel, 'spokespersons'> & { readonly speaks: string };

const NEW_ROW: Row = {
  id: '',
  kind: 'web',
  name: { en: '', ja: '' },
  address: '',
  speaks: '',
  mayBeSaid: { en: '', ja: '' },
};
const rowOf = ({ spokespersons, ...rest }: Channel): Row => ({ ...rest, speaks: spokespersons.join(', ') });
const channelOf = ({ speaks, ...rest }: Row): Channel => ({
  ...rest,
  spokespersons: speaks.split(/[\s,、]+/).filter((id) => id !== ''),
});

function ChannelsForm({ channels, onClose }: Pick<CommsPage, 'channels'> & { onClose: () => void }) {
  const { t } = useTexts();
  const command = useCommand();
  const [rows, setRows] = useState<readonly Row[]>(channels.length === 0 ? [NEW_ROW] : channels.map(rowOf));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    command.send('comms.SetChannels', { channels: rows.map(channelOf) }, onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      {rows.map((row, n) => (
        <ChannelFields
          // biome-ignore lint/suspicious/noArrayIndexKey: ids are being written; a row is its place
          key={n}
          n={n + 1}
          row={row}
          onChange={(change) => setRows(rows.map((one, i) => (i === n ? { ...one, ...change } : one)))}
          onDrop={rows.length === 1 ? null : () => setRows(rows.filter((_, i) => i !== n))}
        />
      ))}
      <button
        type="button"
        className="btn self-start"
        disabled={rows.length >= CHANNELS_MAX}
        onClick={() => setRows([...rows, NEW_ROW])}
      >
        {t('agreed.add')}
      </button>
      <CommandOutcome command={command} quietWhenDone />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'agreed.set')}
      </button>
    </form>
  );
}

type FieldsProps = {
  readonly n: number;
  readonly row: Row;
  readonly onChange: (change: Partial<Row>) => void;
  readonly onDrop: (() => void) | null;
};

const FIELD_TEXTS = { id: 'agreed.id', address: 'agreed.address', speaks: 'agreed.speaks.field' } as const;

function ChannelFields({ n, row, onChange, onDrop }: FieldsProps) {
  const { t } = useTexts();
  const line = (field: 'id' | 'address' | 'speaks', charsMax: number) => (
    <input
      className="field"
      required
      maxLength={charsMax}
      aria-label={`${t(FIELD_TEXTS[field])} ${n}`}
      placeholder={t(FIELD_TEXTS[field])}
      value={row[field]}
      onChange={(event) => onChange({ [field]: event.target.value })}
    />
  );
  const both = (field: 'name' | 'mayBeSaid', charsMax: number) =>
    (['ja', 'en'] as const).map((language) => (
      <input
        key={language}
        className="field"
        lang={language}
        required
        maxLength={charsMax}
        aria-label={`${t(`agreed.${field}`)} ${n} (${language})`}
        placeholder={`${t(`agreed.${field}`)} (${language})`}
        value={row[field][language]}
        onChange={(event) => onChange({ [field]: { ...row[field], [language]: event.target.value } })}
      />
    ));
  return (
    <fieldset className="flex flex-col gap-2 border-b border-line pb-3">
      <legend className="label">{t('agreed.channel', { n })}</legend>
      <DisclosureMark isPublic text={t('agreed.public')} />
      <div className="grid gap-2 sm:grid-cols-2">
        {line('id', 40)}
        <select
          className="field"
          aria-label={`${t('agreed.kind')} ${n}`}
          value={row.kind}
          onChange={(event) =>
            onChange({ kind: CHANNEL_KINDS.find((kind) => kind === event.target.value) ?? 'web' })
          }
        >
          {CHANNEL_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`agreed.kind.${kind}`)}
            </option>
          ))}
        </select>
        {both('name', 80)}
      </div>
      {line('address', 300)}
      <DisclosureMark isPublic={false} text={t('agreed.internal')} />
      {line('speaks', 2_000)}
      <div className="grid gap-2 sm:grid-cols-2">{both('mayBeSaid', 2_000)}</div>
      {onDrop === null ? null : (
        <button type="button" className="btn self-start" onClick={onDrop}>
          {t('agreed.drop', { n })}
        </button>
      )}
    </fieldset>
  );
}
