/** Picks a file and fills its hash, size and name into a form. The file itself stays where it is. */
import { useId, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { countText } from '../../ui/number-format.ts';
import { canHash, FILE_BYTES_MAX, type FileHash, hashFile } from './file-hash.ts';

export function FilePicker({ onHash }: { onHash: (hash: FileHash) => void }) {
  const { t } = useTexts();
  const id = useId();
  const [said, setSaid] = useState('');
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (!canHash() || file.size > FILE_BYTES_MAX) {
      setSaid(t('file.tooLarge'));
      return;
    }
    setSaid(t('file.hashing'));
    try {
      const hash = await hashFile(file);
      onHash(hash);
      setSaid(t('file.hashed', { name: hash.name, bytes: countText(hash.bytes) }));
    } catch {
      setSaid(t('file.unreadable'));
    }
  };
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {t('file.pick')}
      </label>
      <input
        id={id}
        type="file"
        className="field mt-1"
        aria-describedby={`${id}-hint`}
        onChange={(event) => void take(event.target.files?.[0])}
      />
      <p className="label mt-0.5" id={`${id}-hint`}>
        {t('file.stays')}
      </p>
      <p role="status" className="text-xs">
        {said}
      </p>
    </div>
  );
}
