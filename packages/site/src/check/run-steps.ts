/** Checks in a row, each by its name: what holds, exactly where it stops, and that the rest was not reached. */

export type Step<Name extends string> = {
  readonly name: Name;
  readonly outcome: 'pass' | 'fail' | 'skipped';
  /** What a passed step showed, to be put into its sentence. */
  readonly shown: Readonly<Record<string, string | number>>;
  /** Why it failed, in the words of the check. */
  readonly reason: string;
};

/** @param run performs one step; it throws with the reason when the step does not hold */
export async function runSteps<Name extends string>(
  names: readonly Name[],
  run: (name: Name) => Promise<Step<Name>['shown']> | Step<Name>['shown'],
): Promise<{ good: boolean; steps: Step<Name>[] }> {
  const steps: Step<Name>[] = [];
  let failed = false;
  for (const name of names) {
    if (failed) {
      steps.push({ name, outcome: 'skipped', shown: {}, reason: '' });
      continue;
    }
    try {
      steps.push({ name, outcome: 'pass', shown: await run(name), reason: '' });
    } catch (error) {
      failed = true;
      steps.push({ name, outcome: 'fail', shown: {}, reason: reasonOf(error) });
    }
  }
  return { good: !failed, steps };
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  return code === undefined ? error.message : `${code}: ${error.message}`;
}
