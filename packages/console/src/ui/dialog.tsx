/** A modal dialog on radix: focus kept inside, Escape closes, title read out. */
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language.ts';
import { Icon } from './icon.tsx';

/** Whoever opens a form wants to write: the first field comes before the close button. */
function focusField(event: Event): void {
  const content = event.currentTarget;
  const field = content instanceof HTMLElement ? content.querySelector<HTMLElement>('input, textarea') : null;
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** The title is for screen readers only. */
  readonly bare?: boolean;
};

export function Dialog({ open, onClose, title, children, bare = false }: Props) {
  const { t } = useTexts();
  return (
    <Radix.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay data-chrome className="fixed inset-0 z-40 bg-[#0a0d0f]/45" />
        <Radix.Content
          data-chrome
          aria-describedby={undefined}
          onOpenAutoFocus={focusField}
          className="panel fixed top-[10vh] left-1/2 z-50 max-h-[82vh] w-[min(34rem,calc(100vw-24px))] -translate-x-1/2 overflow-auto shadow-lg"
        >
          {bare ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <div className="panel-title justify-between">
              <Radix.Title className="text-md font-semibold">{title}</Radix.Title>
              <Radix.Close
                className="rounded-xs p-1.5 text-muted hover:text-ink"
                aria-label={t('common.close')}
              >
                <Icon name="close" />
              </Radix.Close>
            </div>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
