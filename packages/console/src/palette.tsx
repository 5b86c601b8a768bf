/**
 * Ctrl/⌘ K: every room, asset, open incident and action by name; a number goes to the fact of that number.
 */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { type ReactNode, useState } from 'react';
import { useTexts } from './i18n/language.ts';
import { useOverlay } from './overlays.ts';
import { overviewQuery } from './queries.ts';
import { Dialog } from './ui/dialog.tsx';
import { Icon, type IconName } from './ui/icon.tsx';

const ITEM =
  'flex cursor-pointer items-center gap-2 rounded-xs px-2.5 py-2 data-[selected=true]:bg-accent-soft';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-muted';

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
  const seq = /^#?(\d{1,15})$/.exec(query.trim())?.[1];
  return (
    <Command label={t('palette.title')} loop>
      <Command.Input
        value={query}
        onValueChange={setQuery}
        placeholder={t('palette.placeholder')}
        className="w-full border-b border-line bg-transparent px-4 py-3 text-md outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-[56vh] overflow-auto p-1.5">
        <Command.Empty className="p-3 text-muted">{t('palette.empty')}</Command.Empty>
        <Places onClose={onClose} seq={seq === undefined ? null : Number(seq)} />
        <Actions onClose={onClose} />
      </Command.List>
    </Command>
  );
}

function Places({ onClose, seq }: { onClose: () => void; seq: number | null }) {
  const { t } = useTexts();
  const { data } = useQuery(overviewQuery);
  const navigate = useNavigate();
  const then = (go: () => Promise<void>) => () => {
    onClose();
    void go();
  };
  return (
    <>
      {seq === null ? null : (
        <Item
          icon="log"
          value={`${seq} #${seq}`}
          onSelect={then(() => navigate({ to: '/log', search: { seq } }))}
        >
          {t('palette.goFact', { seq })}
        </Item>
      )}
      <Command.Group heading={t('palette.rooms')} className={GROUP}>
        <Item
          icon="overview"
          value={`overview ${t('nav.overview')}`}
          onSelect={then(() => navigate({ to: '/' }))}
        >
          {t('nav.overview')}
        </Item>
        <Item
          icon="incidents"
          value={`incidents ${t('nav.incidents')}`}
          onSelect={then(() => navigate({ to: '/incidents' }))}
        >
          {t('nav.incidents')}
        </Item>
        <Item icon="log" value={`log ${t('nav.log')}`} onSelect={then(() => navigate({ to: '/log' }))}>
          {t('nav.log')}
        </Item>
      </Command.Group>
      <Command.Group heading={t('palette.assets')} className={GROUP}>
        {(data?.assets ?? []).map(({ asset }) => (
          <Item
            key={asset}
            icon="pegs"
            value={`peg ${asset}`}
            onSelect={then(() => navigate({ to: '/pegs/$asset', params: { asset } }))}
          >
            {t('peg.title', { asset })}
          </Item>
        ))}
      </Command.Group>
      {(data?.incidents.length ?? 0) === 0 ? null : (
        <Command.Group heading={t('palette.incidents')} className={GROUP}>
          {(data?.incidents ?? []).map(({ id, title }) => (
            <Item
              key={id}
              icon="incidents"
              value={`${title} ${id}`}
              onSelect={then(() => navigate({ to: '/incidents/$id', params: { id } }))}
            >
              {title}
            </Item>
          ))}
        </Command.Group>
      )}
    </>
  );
}

function Actions({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const show = useOverlay();
  const openSite = (): void => {
    onClose();
    location.assign('/status/');
  };
  return (
    <Command.Group heading={t('palette.actions')} className={GROUP}>
      <Item icon="incidents" value={`declare ${t('nav.declare')}`} onSelect={() => show('declare')}>
        {t('nav.declare')}
      </Item>
      <Item icon="keys" value={`help keys ${t('help.title')}`} onSelect={() => show('help')}>
        {t('help.title')}
      </Item>
      <Item icon="public" value={`site status ${t('nav.site')}`} onSelect={openSite}>
        {t('nav.site')}
      </Item>
    </Command.Group>
  );
}

type ItemProps = {
  readonly icon: IconName;
  readonly value: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

function Item({ icon, value, onSelect, children }: ItemProps) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={ITEM}>
      <Icon name={icon} />
      {children}
    </Command.Item>
  );
}
