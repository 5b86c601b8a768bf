/** Where a customer drops, chooses or pastes their file. It is read here and sent nowhere. */

import { MAX_CUSTOMER_FILE_CHARS } from '@sonae/proof/customer-file';
import { type DragEvent, useId, useState } from 'react';
import { useTexts } from '../i18n/language.ts';

const MEGABYTE = 1_000_000;

export type GivenFile = { readonly name: string; readonly text: string };
type Props = { readonly given: GivenFile | null; readonly onGive: (file: GivenFile | null) => void };

export function FileDrop({ given, onGive }: Props) {
  const { t } = useTexts();
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState('');
  const id = useId();
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const isFit = file.size <= MAX_CUSTOMER_FILE_CHARS;
    const size = Math.ceil(file.size / MEGABYTE);
    setProblem(
      isFit ? '' : t('counted.tooLarge', { size, max: Math.floor(MAX_CUSTOMER_FILE_CHARS / MEGABYTE) }),
    );
    onGive(isFit ? { name: file.name, text: await file.text() } : null);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-2" data-chrome>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the field inside does the same */}
      <div
        className={`rounded-xs border border-dashed px-4 py-5 text-center ${isOver ? 'border-accent bg-accent-soft' : 'border-edge bg-sunken'}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label htmlFor={id} className="flex flex-wrap items-center justify-center gap-2">
          {t('counted.drop')} <span className="btn">{t('counted.choose')}</span>
          <input
            id={id}
            type="file"
            accept=".json,application/json"
            className="sr-only"
            onChange={(event) => {
              void take(event.target.files?.[0]);
              // The same file may be chosen again after it was fetched anew.
              event.target.value = '';
            }}
          />
        </label>
        {given === null ? null : (
          <p className="mt-2 font-medium">{t('counted.chosen', { name: given.name })}</p>
        )}
      </div>
      {problem === '' ? null : (
        <p className="text-critical" role="alert">
          {problem}
        </p>
      )}
      <Paste onGive={onGive} />
    </div>
  );
}

function Paste({ onGive }: Pick<Props, 'onGive'>) {
  const { t } = useTexts();
  const [pasted, setPasted] = useState('');
  return (
    <details>
      <summary className="text-sm">{t('counted.paste')}</summary>
      <textarea
        aria-label={t('counted.pasteLabel')}
        className="mt-1.5 w-full rounded-xs border border-edge bg-panel p-2 font-mono text-xs"
        rows={4}
        spellCheck={false}
        value={pasted}
        onChange={(event) => {
          const text = event.target.value;
          setPasted(text);
          onGive(text.trim() === '' ? null : { name: t('counted.pasted'), text });
        }}
      />
    </details>
  );
}
