import { describe, expect, test } from 'vitest';
import { createTestApp } from '../../../../test/support/app.ts';
import { createMemoryStore } from '../adapters/store-memory/memory-store.ts';
import { createPace } from './keeper.ts';

describe('the pace of keeping', () => {
  test('while the log stands still, patient nouns wait five seconds; calls never do', async () => {
    const t = createTestApp(createMemoryStore());
    const due = createPace(t.app);
    const isPatient = async () => {
      const commands = await due();
      expect(commands).toContain('authority.KeepCalls');
      expect(commands.includes('custody.KeepCustody')).toBe(commands.includes('reserves.KeepControls'));
      return !commands.includes('custody.KeepCustody');
    };
    expect(await isPatient()).toBe(false);
    expect(await isPatient()).toBe(true);
    t.clock.moveTo(t.clock.now() + 4_999);
    expect(await isPatient()).toBe(true);
    await t.run('instruments.DefineAsset', {
      ...{ asset: 'JPY', name: 'Yen', decimals: 0, kind: 'fiat', chains: [] },
    });
    expect(await isPatient()).toBe(false);
    expect(await isPatient()).toBe(true);
    t.clock.moveTo(t.clock.now() + 5_000);
    expect(await isPatient()).toBe(false);
  });
});
