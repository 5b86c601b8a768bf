/** Publishing what is owed: one statement per epoch, never another for the same. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  epochName,
  epochStream,
  liabilitiesChecked,
  liabilitiesPublished,
  solvencyPublished,
} from '../facts/epochs.ts';
import { epochs } from '../views/epochs.ts';

export const publishLiabilities = defineCommand({
  name: 'reserves.PublishLiabilities',
  says: { en: 'Publish the root of what is owed to customers.', ja: '顧客に対する負債のルートを公開する。' },
  input: liabilitiesPublished.schema as typeof liabilitiesPublished.schema,
  by: ['system'],
  refusals: {
    'epoch-taken': {
      en: 'Another statement stands under this name.',
      ja: 'この名前では既に公開されている。',
    },
  },
  reads: () => ({ known: ref(epochs, 'all') }),
  decide: (input, { known }) => {
    const { epoch, epochRoot } = input.liabilities;
    const same = known.epochs.find((one) => one.epoch === epoch);
    if (same !== undefined && same.epochRoot !== epochRoot)
      return refuse(
        'epoch-taken',
        `epoch ${epoch} was published as ${same.epochRoot}`,
        'choose another name',
      );
    if (same !== undefined) return { facts: [], result: { epoch } };
    return {
      facts: [newFact(liabilitiesPublished, epochStream(epoch), input, { occurredAt: input.at })],
      result: { epoch },
    };
  },
});

export const countChecks = defineCommand({
  name: 'reserves.CountChecks',
  says: { en: 'Count files that customers fetched.', ja: '顧客が取得した証明ファイルを数える。' },
  input: z.object({ epoch: epochName, checks: z.int().positive() }).strict(),
  by: ['system'],
  refusals: { 'no-epoch': { en: 'Nothing was published under this name.', ja: 'この名前の公開はない。' } },
  reads: () => ({ known: ref(epochs, 'all') }),
  decide: (input, { known }) =>
    known.epochs.some(({ epoch }) => epoch === input.epoch)
      ? { facts: [newFact(liabilitiesChecked, epochStream(input.epoch), input)] }
      : refuse('no-epoch', `there is no epoch ${input.epoch}`, 'see GET /public/liabilities.json'),
});

export const publishSolvency = defineCommand({
  name: 'reserves.PublishSolvency',
  says: {
    en: 'Publish the signed statement of what is owed and what is held in an epoch.',
    ja: '債務と保有資産を対比した署名済みの表明を公開する。',
  },
  input: solvencyPublished.schema as typeof solvencyPublished.schema,
  by: ['system'],
  refusals: {
    'no-epoch': { en: 'Nothing was published under this name.', ja: 'この名前の公開はない。' },
    'stated-otherwise': {
      en: 'Another statement stands for this epoch.',
      ja: 'この時点には別の表明がある。',
    },
  },
  reads: () => ({ known: ref(epochs, 'all') }),
  decide: (input, { known }) => {
    const { epoch, digest } = input.solvency;
    const published = known.epochs.find((one) => one.epoch === epoch);
    if (published === undefined)
      return refuse('no-epoch', `there is no epoch ${epoch}`, 'publish its liabilities first');
    if (published.solvency !== null && published.solvency.digest !== digest)
      return refuse(
        'stated-otherwise',
        `epoch ${epoch} was stated as ${published.solvency.digest}`,
        'state another epoch',
      );
    if (published.solvency !== null) return { facts: [], result: { epoch } };
    return { facts: [newFact(solvencyPublished, epochStream(epoch), input)], result: { epoch } };
  },
});
