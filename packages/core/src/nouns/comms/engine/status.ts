/** How bad is worse: the status of a component is the worst of all that weighs on it. */
import { COMPONENT_STATUSES, type ComponentStatus } from '../facts/words.ts';

const rank = (status: ComponentStatus): number => COMPONENT_STATUSES.indexOf(status);

/** The worst of them; operational when nothing weighs. */
export function worstOf(statuses: readonly ComponentStatus[]): ComponentStatus {
  return statuses.reduce<ComponentStatus>(
    (worst, one) => (rank(one) > rank(worst) ? one : worst),
    'operational',
  );
}
