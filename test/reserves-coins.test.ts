/** The issuer's side where it could be silent: locks counted twice, chains and moves that fall out of sight, queues. */

import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { readView } from './support/comms.ts';
import { beginReserves, later, level, now, run, t } from './support/reserves.ts';

beforeEach(beginReserves);

const back = (...items: [string, string, (string | null)?][]): Promise<string> =>
  run('RecordBacking', {
    asset: 'JPYX',
    asOf: now(),
    backing: items.map(([kind, amount, maturity = null]) => ({
      ...{ kind, bank: 'beta', amount, maturity, cancellable: false },
    })),
  });
type Row = [chain: string, form: 'native' | 'bridged', amount: string, locked?: string | null, home?: string];
const supply = (...rows: Row[]): Promise<string> =>
  run('RecordSupply', {
    asset: 'JPYX',
    asOf: now(),
    chains: rows.map(([chain, form, amount, locked = null, lockedOn]) => ({
      ...{ chain, form, amount, locked },
      ...(lockedOn === undefined ? {} : { lockedOn }),
    })),
  });
const why = async (subject: string): Promise<string> =>
  (await readView<StandingLevels>(t, 'reserves.levels'))[`reserves.${subject}`]?.why.en ?? '';
const levels = async (...subjects: string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const subject of subjects) found.push(await level(subject));
  return found;
};

describe('one lock carries one bridge', () => {
  test('the locks of all bridges together are held against the native supply', async () => {
    await back(['demand-deposit', '100']);
    const bridges = (amount: string): Row[] =>
      ['polygon', 'arbitrum', 'optimism'].map((chain) => [chain, 'bridged', amount, amount]);
    await supply(['ethereum', 'native', '100'], ...bridges('33'));
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'ok']);
    later(1);
    await supply(['ethereum', 'native', '100'], ...bridges('34'));
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['critical', 'critical']);
    later(1);
    await back(['demand-deposit', '299']);
    await supply(['ethereum', 'native', '100'], ...bridges('100'));
    expect(await level('coin-backed/JPYX'), '300 are owed').toBe('critical');
    expect(await why('bridge-backed/JPYX')).toContain('102 JPYX is locked; the native supply there is 100');
    later(1);
    await back(['demand-deposit', '300']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'critical']);
  });

  test('a lock that names its chain is held against the native supply of that chain', async () => {
    await back(['demand-deposit', '200']);
    const native: Row[] = [
      ['ethereum', 'native', '100'],
      ['solana', 'native', '100'],
    ];
    await supply(...native, ['polygon', 'bridged', '150', '150']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'ok']);
    later(1);
    await supply(...native, ['polygon', 'bridged', '150', '150', 'ethereum']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['critical', 'critical']);
  });

  test('bridged supply without its native chain is never ok', async () => {
    await back(['demand-deposit', '100']);
    await supply(['polygon', 'bridged', '100', '100']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['blind', 'blind']);
    later(1);
    await back();
    expect(await level('coin-backed/JPYX'), '100 are owed at least').toBe('critical');
  });
});
