/** A button that takes files, also with the keyboard; the same file can be given again. */
import { useId } from 'react';
import { Icon } from '../../../ui/icon.tsx';

export type GivenFile = { readonly name: string; readonly text: string };
type Props = {
  readonly label: string;
  readonly isMain?: boolean;
  readonly isMany?: boolean;
  readonly onFiles: (files: readonly GivenFile[]) => void;
};

export function FileButton({ label, isMain = false, isMany = false, onFiles }: Props) {
  const id = useId();
  const read = async (files: readonly File[]): Promise<void> => {
    onFiles(await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() }))));
  };
  return (
    <label
      htmlFor={id}
      className={`btn self-start cursor-pointer focus-within:outline-2 focus-within:outline-accent ${isMain ? 'btn-main' : ''}`}
    >
      <Icon name="up" />
      {label}
      <input
        id={id}
        type="file"
        accept="application/json,.json,.sig"
        multiple={isMany}
        className="sr-only"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) void read(files);
        }}
      />
    </label>
  );
}
