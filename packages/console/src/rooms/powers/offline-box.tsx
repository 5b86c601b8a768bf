/** Signing away from this console: the request goes out as a file, approvals come in as one, each judged by itself. */
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, useId, useState } from 'react';
import { newIdempotencyKey, submitCommand } from '../../api.ts';
import { useTexts } from '../../i18n/language.ts';
import { type BroughtApproval, offerFile, readApprovals, signingRequest } from '../../signing/offline.ts';
import { Icon } from '../../ui/icon.tsx';
import { type Reading, readActionOf } from './action-reading.ts';

type Result = { readonly principal: string; readonly isTaken: boolean; readonly says: string };

async function bringIn(approval: BroughtApproval): Promise<Result> {
  const { use, principal, credential, proof } = approval;
  try {
    const input = { use, principal, credential, proof };
    const answer = await submitCommand('authority.Approve', input, newIdempotencyKey());
    const isTaken = answer.status === 'done';
    return { principal, isTaken, says: isTaken ? '' : answer.message };
  } catch (error) {
    return { principal, isTaken: false, says: error instanceof Error ? error.message : String(error) };
  }
}

export function OfflineBox({ use, reading }: { use: Use; reading: Reading }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [results, setResults] = useState<readonly Result[] | 'unreadable' | 'busy' | null>(null);
  const id = useId();
  const action = readActionOf(reading);
  const onFile = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.target.files ?? [];
    event.target.value = '';
    if (file === undefined) return;
    const approvals = readApprovals(await file.text());
    if (approvals === null) return setResults('unreadable');
    setResults('busy');
    const done: Result[] = [];
    // One after the other: each is judged against what the one before it changed.
    for (const approval of approvals) done.push(await bringIn(approval));
    setResults(done);
    await client.invalidateQueries();
  };
  return (
    <details className="panel" data-chrome>
      <summary className="px-3 py-2.5 font-medium">{t('offline.title')}</summary>
      <div className="flex flex-col gap-2 border-t border-line p-3">
        <p className="text-xs text-muted">{t('offline.hint')}</p>
        <button
          type="button"
          className="btn"
          disabled={action === null}
          onClick={() => {
            if (action !== null) offerFile(`signing-request-${use.id}.json`, signingRequest(use.id, action));
          }}
        >
          <Icon name="down" />
          {t('offline.download')}
        </button>
        <label className="btn cursor-pointer focus-within:outline-2 focus-within:outline-accent" htmlFor={id}>
          <Icon name="up" />
          {t('offline.upload')}
          <input
            id={id}
            type="file"
            accept="application/json,.json"
            className="sr-only"
            onChange={(event) => void onFile(event)}
          />
        </label>
        <Outcome results={results} />
      </div>
    </details>
  );
}

function Outcome({ results }: { results: readonly Result[] | 'unreadable' | 'busy' | null }) {
  const { t } = useTexts();
  if (results === null) return null;
  if (results === 'busy') return <p role="status">{t('common.sending')}</p>;
  if (results === 'unreadable')
    return (
      <p className="text-critical" role="alert">
        {t('offline.unreadable')}
      </p>
    );
  return (
    <ul role="status" className="flex flex-col gap-1">
      {results.map(({ principal, isTaken, says }) => (
        <li key={principal} className={`flex items-start gap-1.5 ${isTaken ? 'text-ok' : 'text-critical'}`}>
          <span className="pt-0.5">
            <Icon name={isTaken ? 'ok' : 'critical'} />
          </span>
          <span className="min-w-0">
            <span className="font-mono">{principal}</span>: {isTaken ? t('offline.taken') : says}
          </span>
        </li>
      ))}
    </ul>
  );
}
