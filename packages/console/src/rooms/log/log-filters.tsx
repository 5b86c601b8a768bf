/** Filters of the log; they take effect on Enter or the button and stand in the address. */
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { someText } from '../../ui/search-params.ts';

const route = getRouteApi('/log');

export function LogFilters(props: { stream: string; incident: string }) {
  const { t } = useTexts();
  const navigate = route.useNavigate();
  const [stream, setStream] = useState(props.stream);
  const [incident, setIncident] = useState(props.incident);
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const [wantedStream, wantedIncident] = [someText(stream), someText(incident)];
    const search = {
      ...(wantedStream === undefined ? {} : { stream: wantedStream }),
      ...(wantedIncident === undefined ? {} : { incident: wantedIncident }),
    };
    void navigate({ search });
  };
  const isFiltered = props.stream !== '' || props.incident !== '';
  return (
    <form className="flex w-full flex-wrap items-end gap-2 pb-1" onSubmit={apply} data-chrome>
      <label className="label min-w-40 flex-1">
        {t('log.stream')}
        <input
          className="field text-ink"
          placeholder={t('log.streamHint')}
          value={stream}
          onChange={(event) => setStream(event.target.value)}
        />
      </label>
      <label className="label min-w-40 flex-1">
        {t('log.incident')}
        <input
          className="field text-ink"
          placeholder={t('log.incidentHint')}
          value={incident}
          onChange={(event) => setIncident(event.target.value)}
        />
      </label>
      <button type="submit" className="btn">
        {t('log.apply')}
      </button>
      <button
        type="button"
        className="btn"
        disabled={!isFiltered}
        onClick={() => void navigate({ search: {} })}
      >
        {t('log.clear')}
      </button>
    </form>
  );
}
