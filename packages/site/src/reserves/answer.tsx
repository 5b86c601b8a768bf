/** The answer of a check in one line, by icon, word and colour. */
import { Icon } from '../ui/icon.tsx';

export function Answer({ good, children }: { good: boolean; children: string }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 font-medium ${good ? 'text-ok' : 'text-critical'}`}
      data-answer={good ? 'good' : 'bad'}
    >
      <Icon name={good ? 'ok' : 'critical'} />
      {children}
    </span>
  );
}
