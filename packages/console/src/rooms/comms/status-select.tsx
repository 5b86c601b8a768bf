/** A component and how it stands, side by side. */
import type { Component } from '@sonae/core/nouns/comms/facts/board.ts';
import { COMPONENT_STATUSES, type ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import { useTexts } from '../../i18n/language.ts';

type Props = {
  readonly components: readonly Component[];
  readonly component: string;
  readonly status: ComponentStatus;
  readonly onComponent: (component: string) => void;
  readonly onStatus: (status: ComponentStatus) => void;
};

export function StatusSelect({ components, component, status, onComponent, onStatus }: Props) {
  const { t, pick } = useTexts();
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <select
        className="field"
        aria-label={t('comms.component')}
        value={component}
        onChange={(event) => onComponent(event.target.value)}
      >
        {components.map((one) => (
          <option key={one.id} value={one.id}>
            {pick(one.name)}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={t('comms.status')}
        value={status}
        onChange={(event) => onStatus(event.target.value as ComponentStatus)}
      >
        {COMPONENT_STATUSES.map((one) => (
          <option key={one} value={one}>
            {t(`component.${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
