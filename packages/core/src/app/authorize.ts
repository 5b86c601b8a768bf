/** Who may run a command. There is no superuser: `system` may only run what a rule of the code triggers. */
import { type Refused, refuse } from '../kernel/result.ts';
import type { AnyCommand, Principal } from '../log/define.ts';

/** Null when allowed. */
export function authorize(command: AnyCommand, actor: Principal): Refused | null {
  if (command.by.includes(actor.kind)) return null;
  return refuse(
    'not-permitted',
    `${actor.id} (${actor.kind}) may not run ${command.name}`,
    `this command is for: ${command.by.join(', ')}`,
  );
}
