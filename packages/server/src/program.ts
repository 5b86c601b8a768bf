/** All verbs. They live in verbs/, one file each; those on nouns derive from the registry. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addBacktest } from './verbs/backtest.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addEvidence } from './verbs/evidence.ts';
import { addExport } from './verbs/export.ts';
import { addKeys } from './verbs/keys.ts';
import { addLink } from './verbs/link.ts';
import { addNouns } from './verbs/nouns.ts';
import { addPowers } from './verbs/powers.ts';
import { addReplay } from './verbs/replay.ts';
import { addStatus } from './verbs/status.ts';
import { addUp } from './verbs/up.ts';
import { addVerify } from './verbs/verify.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export function createProgram(): Command {
  const program = new Command('sonae')
    .description(
      'Sonae (備え): resilience control plane of a crypto-asset exchange or stablecoin issuer\n暗号資産交換業者・ステーブルコイン発行者のレジリエンス管制',
    )
    .version(version)
    .exitOverride()
    .showSuggestionAfterError();
  addUp(program, version);
  addReplay(program, version);
  addBacktest(program);
  addEvidence(program);
  addExport(program);
  addVerify(program);
  addDoctor(program, version);
  addLink(program);
  addKeys(program);
  addPowers(program);
  addStatus(program, version);
  addNouns(program);
  return program;
}
