/** The whole book as a file, in the formats that others read. */
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { exportAddress } from './books-queries.ts';

/** EXPORT_FORMATS of the server. */
const FORMATS = ['hledger', 'beancount', 'jsonl'] as const;

export function ExportLinks({ book }: { book: string }) {
  const { t } = useTexts();
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1" data-chrome>
      <span className="label">{t('books.export')}</span>
      {FORMATS.map((format) => (
        <a
          key={format}
          className="link inline-flex items-center gap-1"
          href={exportAddress(book, format)}
          download
        >
          <Icon name="out" size={12} />
          {format}
        </a>
      ))}
    </p>
  );
}
