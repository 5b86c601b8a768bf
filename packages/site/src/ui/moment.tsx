/** An instant on the page: the reader's zone and UTC. */
import { momentParts, READER_ZONE } from './time-format.ts';

export function Moment({ at }: { at: string }) {
  const { local, utc } = momentParts(Date.parse(at), READER_ZONE);
  return (
    <time dateTime={at}>
      <span className="whitespace-nowrap">{local}</span>
      {utc === null ? null : <span className="whitespace-nowrap text-muted"> · {utc}</span>}
    </time>
  );
}
