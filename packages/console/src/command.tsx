/**
 * Sending commands. Nothing is shown as done before the log has it; a refusal becomes a sentence with its
 * fix. One
 * intention keeps one idempotency key, so that sending it again after a lost answer is safe.
 */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { ApiError, newIdempotencyKey, submitCommand } from './api.ts';
import { isKey, useTexts } from './i18n/language.ts';

type Done = Extract<CommandAnswer, { status: 'done' }>;
type Work = () => Promise<CommandAnswer>;

export type CommandState = {
  readonly send: (name: string, input: unknown, onDone?: (answer: Done) => void) => void;
  /** What ends in a command but begins elsewhere, e.g. with a signature of a device. */
  readonly perform: (work: Work, onDone?: (answer: Done) => void) => void;
  readonly isPending: boolean;
  readonly answer: CommandAnswer | undefined;
  readonly error: Error | null;
  readonly reset: () => void;
};

export function useCommand(): CommandState {
  const client = useQueryClient();
  const intent = useRef({ text: '', key: '' });
  const mutation = useMutation({
    mutationFn: (work: Work) => work(),
    onSuccess: async () => {
      intent.current = { text: '', key: '' };
      await client.invalidateQueries();
    },
  });
  const perform: CommandState['perform'] = (work, onDone) =>
    mutation.mutate(work, {
      onSuccess: (answer) => (answer.status === 'done' ? onDone?.(answer) : undefined),
    });
  return {
    send: (name, input, onDone) =>
      perform(() => {
        const text = `${name} ${JSON.stringify(input)}`;
        if (intent.current.text !== text) intent.current = { text, key: newIdempotencyKey() };
        return submitCommand(name, input, intent.current.key);
      }, onDone),
    perform,
    isPending: mutation.isPending,
    answer: mutation.data,
    error: mutation.error,
    reset: mutation.reset,
  };
}

/** The outcome in words: refused with what to do, failed with what is known, or recorded. */
export function CommandOutcome({
  command,
  quietWhenDone = false,
  about = '',
}: {
  command: CommandState;
  quietWhenDone?: boolean;
  /** The noun, where it says the same code in words of its own. */
  about?: string;
}) {
  const { t } = useTexts();
  const { answer, error } = command;
  if (error !== null) {
    const isAway = error instanceof ApiError && error.status === 0;
    const hint = error instanceof ApiError ? error.hint : '';
    return <Outcome title={t('failed.title')} lines={isAway ? [t('failed.away')] : [error.message, hint]} />;
  }
  if (answer === undefined) return null;
  if (answer.status === 'done') {
    const seq = answer.facts[0]?.seq;
    if (quietWhenDone || seq === undefined) return null;
    return (
      <p className="text-ok" role="status">
        {t('action.done', { seq })}
      </p>
    );
  }
  const own = `refused.${about}.${answer.refused}`;
  const key = isKey(own) ? own : `refused.${answer.refused}`;
  const fixKey = `${key}.fix`;
  const fix = isKey(fixKey) ? t(fixKey) : answer.fix;
  const lines = [isKey(key) ? t(key) : answer.message, t('refused.fix', { fix })];
  return (
    <Outcome
      title={t('refused.title')}
      lines={lines}
      small={t('refused.said', { message: answer.message })}
    />
  );
}

function Outcome({ title, lines, small }: { title: string; lines: readonly string[]; small?: string }) {
  return (
    <div className="border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert">
      <p className="font-semibold text-critical">{title}</p>
      {lines
        .filter((line) => line !== '')
        .map((line) => (
          <p key={line}>{line}</p>
        ))}
      {small === undefined ? null : <p className="text-2xs text-muted">{small}</p>}
    </div>
  );
}
