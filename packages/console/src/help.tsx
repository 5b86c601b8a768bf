/** The keys, on `?`. */
import type { Key } from './i18n/en.ts';
import { useTexts } from './i18n/language.ts';
import { Dialog } from './ui/dialog.tsx';

const ROWS: readonly { readonly keys: readonly string[]; readonly text: Key }[] = [
  { keys: ['Ctrl K', '⌘ K'], text: 'help.palette' },
  { keys: ['d'], text: 'help.declare' },
  { keys: ['p'], text: 'help.post' },
  { keys: ['v'], text: 'suspicion.verify' },
  { keys: ['Shift D'], text: 'suspicion.declare' },
  { keys: ['j', 'k'], text: 'help.move' },
  { keys: ['Enter'], text: 'help.open' },
  { keys: ['g o', 'g p', 'g a', 'g i', 'g c', 'g w', 'g l'], text: 'help.go' },
  { keys: ['g t', 'g b', 'g r'], text: 'help.goResponse' },
  { keys: ['g j', 'g k', 'g v', 'g u'], text: 'help.goBooks' },
  { keys: ['t'], text: 'help.note' },
  { keys: ['n'], text: 'help.decision' },
  { keys: ['a'], text: 'help.role' },
  { keys: ['c'], text: 'help.clocks' },
  { keys: ['k'], text: 'help.tasks' },
  { keys: ['f'], text: 'help.filings' },
  { keys: ['g e'], text: 'help.goReach' },
  { keys: ['y', 'x'], text: 'help.come' },
  { keys: ['?'], text: 'help.help' },
  { keys: ['Esc'], text: 'help.escape' },
];

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t('help.title')}>
      <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-5 gap-y-2 p-4">
        {ROWS.map(({ keys, text }) => (
          <div key={text} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key} className="kbd">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
