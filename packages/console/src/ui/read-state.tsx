/**
 * What stands in a panel while its data is read or when that failed: a sentence and a way on, never an empty
 * box.
 */
import { ApiError } from '../api.ts';
import { useTexts } from '../i18n/language.ts';

export function Reading() {
  const { t } = useTexts();
  return (
    <p className="p-3 text-muted" role="status">
      {t('common.loading')}
    </p>
  );
}

export function ReadFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTexts();
  const hint = error instanceof ApiError ? error.hint : '';
  return (
    <div className="flex flex-col items-start gap-2 p-3" role="alert">
      <p className="font-semibold">{t('common.failed')}</p>
      <p>
        {error instanceof ApiError && error.status === 0
          ? t('banner.awayFirst')
          : `${error.message}${hint === '' ? '' : ` (${hint})`}`}
      </p>
      <button type="button" className="btn" data-chrome onClick={onRetry}>
        {t('common.retry')}
      </button>
    </div>
  );
}
