/** Whether something is for everybody or for us only, said where it is written and where it is read. */
import { Icon } from './icon.tsx';

export function DisclosureMark({ isPublic, text }: { isPublic: boolean; text: string }) {
  const look = isPublic ? 'border-accent bg-accent-soft text-accent' : 'border-line text-muted';
  return (
    <span
      className={`inline-flex items-center gap-1 self-start rounded-xs border px-1.5 text-2xs leading-[18px] ${look}`}
    >
      <Icon name={isPublic ? 'public' : 'private'} size={12} />
      {text}
    </span>
  );
}
