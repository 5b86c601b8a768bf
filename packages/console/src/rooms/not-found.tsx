/** An address that leads nowhere says so. */
import { Link } from '@tanstack/react-router';
import { useTexts } from '../i18n/language.ts';

export function NotFoundRoom() {
  const { t } = useTexts();
  return (
    <div className="flex flex-col items-start gap-2 p-2">
      <h1>{t('common.notFound')}</h1>
      <p>{t('common.notFoundBody')}</p>
      <Link to="/" className="link">
        {t('nav.overview')}
      </Link>
    </div>
  );
}
