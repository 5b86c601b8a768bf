/** The parts of an incident's room as a row of buttons with their keys; which one is open stands in the address. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { runs } from '../clocks/clock-order.ts';
import { openTasksOf } from './task-order.ts';

export const RESPONSE_TABS = [
  'now',
  'clocks',
  'tasks',
  'roles',
  'facts',
  'decisions',
  'filings',
  'review',
] as const;
export type ResponseTab = (typeof RESPONSE_TABS)[number];

const KEYS: Readonly<Partial<Record<ResponseTab, string>>> = {
  clocks: 'c',
  tasks: 'k',
  roles: 'a',
  decisions: 'n',
  filings: 'f',
};

type Props = {
  readonly page: ResponsePage | undefined;
  readonly tab: ResponseTab;
  readonly onTab: (tab: ResponseTab) => void;
};

export function ResponseTabs({ page, tab, onTab }: Props) {
  const { t } = useTexts();
  const counts: Readonly<Partial<Record<ResponseTab, number>>> =
    page === undefined
      ? {}
      : {
          clocks: page.clocks.filter(runs).length,
          tasks: openTasksOf(page.tasks.tasks).length,
          decisions: page.response.decisions.length,
          filings: page.filings.prepared.length,
        };
  return (
    <nav aria-label={t('tabs.label')} data-chrome>
      <ul className="flex flex-wrap gap-1">
        {RESPONSE_TABS.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={name === tab}
              aria-keyshortcuts={KEYS[name]}
              data-tab={name}
              className={`btn ${name === tab ? 'btn-main' : ''}`}
              onClick={() => onTab(name)}
            >
              {t(`tab.${name}`)}
              {(counts[name] ?? 0) === 0 ? null : <span className="text-2xs">{counts[name]}</span>}
              {KEYS[name] === undefined ? null : (
                <kbd className="text-2xs opacity-80 max-sm:hidden">{KEYS[name]}</kbd>
              )}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
