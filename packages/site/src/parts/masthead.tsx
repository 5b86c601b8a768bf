/** Whose page this is, in which language and light, and whether any of it is real. */
import { changeLanguage, useTexts } from '../i18n/language.ts';
import { changeTheme, THEMES, useTheme } from '../preferences.ts';
import type { PublicStatus } from '../status.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';

export function SimulatedBanner() {
  const { t } = useTexts();
  return (
    <aside className="bg-banner text-on-banner" aria-label={t('page.notice')}>
      <p className="mx-auto flex max-w-[54rem] items-start gap-2.5 px-4 py-2 font-medium sm:px-6">
        <span className="pt-0.5">
          <Icon name="replay" />
        </span>
        {t('page.simulated')}
      </p>
    </aside>
  );
}

export function Masthead({ status }: { status: PublicStatus | null }) {
  const { t, pick } = useTexts();
  return (
    <header className="flex flex-wrap items-end gap-x-6 gap-y-3 border-b border-line pb-3">
      <div>
        <p className="text-sm text-muted">{t('page.status')}</p>
        <h1 className="text-2xl font-semibold">{status === null ? ' ' : pick(status.name)}</h1>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 sm:ml-auto">
        <span className="text-sm">{status === null ? null : <Moment at={status.now} />}</span>
        <Preferences />
      </div>
    </header>
  );
}

function Preferences() {
  const { t, language } = useTexts();
  const theme = useTheme();
  const select = 'min-h-8 rounded-xs border border-edge bg-panel px-1.5 text-sm';
  return (
    <span className="flex gap-2" data-chrome>
      <select
        aria-label={t('page.language')}
        className={select}
        value={language}
        onChange={(event) => changeLanguage(event.target.value === 'ja' ? 'ja' : 'en')}
      >
        <option value="ja">日本語</option>
        <option value="en">English</option>
      </select>
      <select
        aria-label={t('page.theme')}
        className={select}
        value={theme}
        onChange={(event) => changeTheme(THEMES.find((known) => known === event.target.value) ?? 'system')}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(`theme.${name}`)}
          </option>
        ))}
      </select>
    </span>
  );
}
