/**
 * Ctrl/⌘ K: every room, asset, open incident and action by name; a number goes to the fact of that number.
 */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useState } from 'react';
import type { Key } from './i18n/en.ts';
import { useTexts } from './i18n/language.ts';
import { useOverlay } from './overlays.ts';
import { type Matchable, matchGroups } from './palette-match.ts';
import { overviewQuery, powersQuery } from './queries.ts';
import { useStepWords } from './rooms/powers/use-state-chip.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Icon, type IconName } from './ui/icon.tsx';

const ITEM =
  'flex cursor-pointer items-center gap-2 rounded-xs px-2.5 py-2 data-[selected=true]:bg-accent-soft';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-muted';

type Entry = Matchable & {
  readonly group: 'rooms' | 'assets' | 'incidents' | 'uses' | 'actions';
  readonly icon: IconName;
  readonly text: string;
  readonly run: () => void;
};

const ROOMS = [
  { room: 'overview', to: '/' },
  { room: 'pegs', to: '/pegs' },
  { room: 'intake', to: '/intake' },
  { room: 'incidents', to: '/incidents' },
  { room: 'comms', to: '/comms' },
  { room: 'clocks', to: '/clocks' },
  { room: 'reach', to: '/reach' },
  { room: 'powers', to: '/powers' },
  { room: 'books', to: '/books' },
  { room: 'custody', to: '/custody' },
  { room: 'reserves', to: '/reserves' },
  { room: 'proof', to: '/proof' },
  { room: 'plans', to: '/plans' },
  { room: 'learning', to: '/learning' },
  { room: 'log', to: '/log' },
] as const;

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t('palette.title')} bare>
      <PaletteList onClose={onClose} />
    </Dialog>
  );
}

function PaletteList({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const [query, setQuery] = useState('');
  const places = usePlaces(onClose);
  const actions = useActions(onClose);
  const groups = matchGroups(query, [...places, ...actions]);
  return (
    // What fits is decided in palette-match.ts: matching letters anywhere finds digits of ids before names.
    <Command label={t('palette.title')} loop shouldFilter={false}>
      <Command.Input
        value={query}
        onValueChange={setQuery}
        placeholder={t('palette.placeholder')}
        className="w-full border-b border-line bg-transparent px-4 py-3 text-md outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-[56vh] overflow-auto p-1.5">
        <Command.Empty className="p-3 text-muted">{t('palette.empty')}</Command.Empty>
        <FactItem query={query} onClose={onClose} />
        {groups.map(({ group, entries }) => (
          <Command.Group key={group} heading={t(`palette.${group}` as Key)} className={GROUP}>
            {entries.map((entry) => (
              <Command.Item
                key={entry.id}
                value={`${group} ${entry.id}`}
                onSelect={entry.run}
                className={ITEM}
              >
                <Icon name={entry.icon} />
                {entry.text}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}

/** A number names a fact before it names anything else. */
function FactItem({ query, onClose }: { query: string; onClose: () => void }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const digits = /^#?(\d{1,15})$/.exec(query.trim())?.[1];
  if (digits === undefined) return null;
  const seq = Number(digits);
  const go = (): void => {
    onClose();
    void navigate({ to: '/log', search: { seq } });
  };
  return (
    <Command.Item value="fact" onSelect={go} className={ITEM}>
      <Icon name="log" />
      {t('palette.goFact', { seq })}
    </Command.Item>
  );
}

function usePlaces(onClose: () => void): readonly Entry[] {
  const { t, pick } = useTexts();
  const stepWords = useStepWords();
  const { data } = useQuery(overviewQuery);
  const { data: page } = useQuery(powersQuery);
  const navigate = useNavigate();
  const then = (go: () => Promise<void>) => () => {
    onClose();
    void go();
  };
  const rooms = ROOMS.map(({ room, to }): Entry => {
    const text = t(`nav.${room}`);
    const run = then(() => navigate({ to }));
    return { group: 'rooms', id: room, icon: room, text, words: `${text} ${room}`, run };
  });
  const assets = (data?.assets ?? []).map(({ asset }): Entry => {
    const text = t('peg.title', { asset });
    const run = then(() => navigate({ to: '/pegs/$asset', params: { asset } }));
    return { group: 'assets', id: asset, icon: 'pegs', text, words: `${text} ${asset} peg`, run };
  });
  const incidents = (data?.incidents ?? []).map(({ id, title }): Entry => {
    const run = then(() => navigate({ to: '/incidents/$id', params: { id } }));
    return { group: 'incidents', id, icon: 'incidents', text: title, words: title, run };
  });
  const uses = (page?.uses ?? [])
    .filter(({ endedAt }) => endedAt === null)
    .map(({ id, power, step }): Entry => {
      const says = page?.powers.find((view) => view.power.id === power)?.power.says ?? power;
      const text = t('use.title', { step: stepWords(step), power: pick(says) });
      const run = then(() => navigate({ to: '/powers/uses/$id', params: { id } }));
      return { group: 'uses', id, icon: 'sign', text, words: `${text} ${power} ${id}`, run };
    });
  return [...rooms, ...assets, ...incidents, ...uses];
}

function useActions(onClose: () => void): readonly Entry[] {
  const { t } = useTexts();
  const show = useOverlay();
  const action = (id: string, icon: IconName, text: string, run: () => void): Entry => ({
    group: 'actions',
    id,
    icon,
    text,
    words: `${text} ${id}`,
    run,
  });
  return [
    action('declare', 'incidents', t('nav.declare'), () => show('declare')),
    action('help', 'keys', t('help.title'), () => show('help')),
    action('status', 'public', t('nav.site'), () => {
      onClose();
      location.assign('/status/');
    }),
  ];
}
