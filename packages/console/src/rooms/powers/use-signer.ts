/**
 * Who is about to sign a use and how: the person of the session where that person may, otherwise one of those who may.
 * Nothing is signed but the action that this browser has read.
 */
import type { Me, PowersPage, PowerView } from '@sonae/core/app/api.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Credential, Verdict } from '@sonae/proof/approval';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newIdempotencyKey, submitCommand } from '../../api.ts';
import { type CommandState, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { hasPasskeys } from '../../signing/passkey.ts';
import {
  fetchCredentials,
  type Method,
  passkeysOf,
  signAsDemonstration,
  signStatement,
  walletsOf,
} from '../../signing/session-api.ts';
import { browserWallet } from '../../signing/wallet.ts';
import { type Reading, readActionOf, refusableActionOf } from './action-reading.ts';

export type Way = Method | 'demonstration';
export type Signer = {
  /** Whom the choice lies between. */
  readonly eligible: readonly string[];
  /** Empty where nobody may. */
  readonly principal: string;
  readonly choose: (id: string) => void;
  /** Ways to sign an approval or a no, best first. */
  readonly ways: readonly Way[];
  /** Calling off takes any credential, also one that does not count as an approval. */
  readonly cancelWays: readonly Way[];
  readonly command: CommandState;
  readonly sign: (says: Verdict, way: Way, reason: string | null, onDone?: () => void) => void;
};

const COMMAND: Readonly<Record<Verdict, string>> = {
  approve: 'authority.Approve',
  refuse: 'authority.Decline',
  cancel: 'authority.Cancel',
};

type Scene = {
  readonly use: Use;
  readonly reading: Reading;
  readonly view: PowerView | undefined;
  readonly page: PowersPage | undefined;
  readonly me: Me | undefined;
};

export function useSigner(scene: Scene, eligible: readonly string[]): Signer {
  const { use, reading, view, page, me } = scene;
  const { t } = useTexts();
  const command = useCommand();
  const [chosen, choose] = useState('');
  const own = me !== undefined && eligible.includes(me.principal) ? me.principal : undefined;
  const principal = eligible.includes(chosen) ? chosen : (own ?? eligible[0] ?? '');
  const { data: credentials = [] } = useQuery({
    queryKey: ['credentials', principal],
    queryFn: () => fetchCredentials(principal),
    enabled: principal !== '',
  });
  const sign: Signer['sign'] = (says, way, reason, onDone) => {
    command.perform(async () => {
      if (way === 'demonstration') return signAsDemonstration(use.id, principal, says, reason);
      const action = says === 'approve' ? readActionOf(reading) : refusableActionOf(reading);
      if (action === null) throw new Error(t('sign.blocked'));
      const counting = countingOf(credentials, view, says);
      const signed = await signStatement(way, counting, { says, action }).catch((error: unknown) => {
        throw deviceError(error, t('sign.deviceNo'));
      });
      const words = reason === null ? {} : { reason };
      const input = { use: use.id, principal, ...signed, ...words };
      return submitCommand(COMMAND[says], input, newIdempotencyKey());
    }, onDone);
  };
  const isDemonstration = page?.demonstration === true;
  const ways = waysOf(countingOf(credentials, view, 'approve'), isDemonstration);
  const cancelWays = waysOf(credentials, isDemonstration);
  return { eligible, principal, choose, ways, cancelWays, command, sign };
}

/** Only kinds that the power takes count as approvals; calling off takes any credential. */
function countingOf(
  all: readonly Credential[],
  view: PowerView | undefined,
  says: Verdict,
): readonly Credential[] {
  return says === 'cancel' ? all : all.filter(({ kind }) => view?.power.credentials.includes(kind) ?? false);
}

function waysOf(credentials: readonly Credential[], isDemonstration: boolean): Way[] {
  const ways: Way[] = [];
  if (passkeysOf(credentials).length > 0 && hasPasskeys()) ways.push('passkey');
  if (walletsOf(credentials).length > 0 && browserWallet() !== null) ways.push('wallet');
  if (isDemonstration) ways.push('demonstration');
  return ways;
}

/** Devices and wallets say no in many forms; a person needs one. */
function deviceError(error: unknown, refused: string): Error {
  const { name, code, message } = error as { name?: string; code?: number; message?: string };
  // 4001: EIP-1193, the person said no.
  if (name === 'NotAllowedError' || code === 4001) return new Error(refused);
  return error instanceof Error ? error : new Error(message ?? String(error));
}
