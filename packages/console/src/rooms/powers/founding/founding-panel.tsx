/**
 * The founding, for as long as there is no firm: a passkey for the charter, the charter in words, one's own signature, and
 * everybody's signatures together. What is loaded stays in this browser until the firm is founded.
 */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useTexts } from '../../../i18n/language.ts';
import { overviewQuery } from '../../../queries.ts';
import { type CharterReading, type ReadCharter, readCharter } from './charter-reading.ts';
import { CharterView } from './charter-view.tsx';
import { CollectBox } from './collect-box.tsx';
import { FileButton } from './file-button.tsx';
import { MakePasskeyBox } from './make-passkey-box.tsx';
import { SignCharterBox } from './sign-charter-box.tsx';
import type { Collected, SignatureFile } from './signature-files.ts';

export function FoundingPanel() {
  const { t } = useTexts();
  const { data: overview } = useQuery(overviewQuery);
  const [text, setText] = useState<string | null>(null);
  const log = overview?.node.origin ?? '';
  const reading = useMemo(
    (): CharterReading | null => (text === null ? null : readCharter(text, { log, page: location.origin })),
    [text, log],
  );
  const read = reading !== null && 'charter' in reading ? reading : null;
  return (
    <section className="panel" aria-labelledby="founding">
      <div className="panel-title">
        <h2 id="founding">{t('founding.title')}</h2>
      </div>
      <p className="max-w-[88ch] px-3 pt-3 sm:px-4">{t('founding.how')}</p>
      <ol>
        <Step count={1} title={t('founding.step.passkey')}>
          <MakePasskeyBox />
        </Step>
        <Step count={2} title={t('founding.step.charter')}>
          <FileButton
            label={t(read === null ? 'founding.load' : 'founding.loadOther')}
            isMain={read === null}
            onFiles={([file]) => setText(file?.text ?? '')}
          />
          {reading === null ? <p className="text-muted">{t('founding.none')}</p> : null}
          {reading !== null && 'unreadable' in reading ? (
            <div className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
              <p className="font-semibold text-critical">{t('founding.unreadable')}</p>
              <p className="font-mono text-xs">{reading.unreadable}</p>
            </div>
          ) : null}
          {read === null ? null : <CharterView read={read} />}
        </Step>
        {read === null ? null : <Signatures key={read.hash} read={read} />}
      </ol>
    </section>
  );
}

/** Signatures belong to one charter: another charter begins without any. */
function Signatures({ read }: { read: ReadCharter }) {
  const { t } = useTexts();
  const [collected, setCollected] = useState<Collected>({});
  const add = (signature: SignatureFile): void =>
    setCollected((all) => ({ ...all, [signature.principal]: signature }));
  return (
    <>
      <Step count={3} title={t('founding.step.sign')}>
        <SignCharterBox read={read} onSigned={add} />
      </Step>
      <Step count={4} title={t('founding.step.collect')}>
        <CollectBox read={read} collected={collected} onCollected={setCollected} />
      </Step>
    </>
  );
}

function Step({ count, title, children }: { count: number; title: string; children: ReactNode }) {
  return (
    <li className="border-b border-line px-3 py-3 last:border-b-0 sm:px-4">
      <h3 className="flex items-center gap-2 text-md font-semibold">
        <span
          aria-hidden="true"
          className="grid size-6 shrink-0 place-items-center rounded-xs border border-edge text-xs"
        >
          {count}
        </span>
        {title}
      </h3>
      <div className="mt-2 flex min-w-0 flex-col gap-2 sm:pl-8">{children}</div>
    </li>
  );
}
