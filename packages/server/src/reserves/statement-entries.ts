/** Statements of an account as they were recorded, and their entries, which are evidence in the store. */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Entry } from '@sonae/core/nouns/reserves/facts/statements.ts';
import type { Received } from '@sonae/core/nouns/reserves/views/statements.ts';

/** Oldest first by the day they reach. */
export async function receivedOf(app: App, account: string): Promise<readonly Received[]> {
  const text = await app.ports.store.view('reserves.statements', account);
  return text === undefined ? [] : (JSON.parse(text) as { statements: Received[] }).statements;
}

/** All entries of a statement, in its order. Throws where the store has lost them. */
export async function entriesOf(app: App, { statementId, roots }: Received): Promise<Entry[]> {
  const evidence = (await Promise.all(roots.map((root) => app.ports.store.evidence(root)))).flat();
  return evidence.map((json) => {
    if (json !== undefined) return JSON.parse(json) as Entry;
    throw new FaultError(
      'store.damaged',
      `entries of statement ${statementId} are not in the store`,
      'restore it from a copy',
    );
  });
}
