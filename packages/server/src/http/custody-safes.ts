/** What the page of custody says of Safes: as they were read, and what accepting a proposed state would change. */
import type { CustodyPage, SafeView } from '@sonae/core/app/custody/api.ts';
import { findingsOf, type SafesWorld, safeWallets } from '@sonae/core/nouns/custody/controls/safes.ts';
import { nextNonce } from '@sonae/core/nouns/custody/decisions/safe-checks.ts';
import { isSameState, safeChanges } from '@sonae/core/nouns/custody/engine/safe-state.ts';
import { safeAt } from '@sonae/core/nouns/custody/views/safes.ts';
import type { Transfers } from '@sonae/core/nouns/custody/views/transfers.ts';

/** Safes of wallets in use, with what speaks against them and the nonce to ask for next. */
export function safeViews(world: SafesWorld & { readonly transfers: Transfers }): SafeView[] {
  const { inventory, safes } = world;
  return safeWallets(inventory).flatMap((known) =>
    known.addresses.flatMap((address) => {
      const { chain } = known.wallet;
      const safe = safeAt(safes, chain, address);
      if (safe === null) return [];
      const findings = findingsOf(safe, known, inventory);
      return [{ ...safe, findings, nextNonce: nextNonce(world, chain, address) }];
    }),
  );
}

/** Of each open proposal to accept a state: what it changes, and whether the Safe is so already. */
export function safeProposals({ inventory, safes }: SafesWorld): CustodyPage['safeProposals'] {
  return Object.fromEntries(
    inventory.changes.flatMap(({ id, content }) => {
      if (content.kind !== 'safe-state') return [];
      const { chain, address, state } = content;
      const known = safeAt(safes, chain, address);
      const changes = known?.baseline == null ? [] : safeChanges(known.baseline, state);
      const isRead = known?.observed != null && isSameState(known.observed.state, state);
      return [[id, { changes, isRead }]];
    }),
  );
}
