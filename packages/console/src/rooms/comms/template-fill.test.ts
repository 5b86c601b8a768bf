/** Everything that can be known is filled, once and as it is; what can not stays visible. */
import type { Template } from '@sonae/core/nouns/comms/facts/templates.ts';
import { expect, it } from 'vitest';
import { isBounded, knownValues, previewText } from './template-fill.ts';

const says = { en: 's', ja: 's' };
const TEMPLATE = {
  variables: [
    { name: 'service', kind: 'component', says },
    { name: 'since', kind: 'time', says },
    { name: 'asset', kind: 'asset', says },
    { name: 'news', kind: 'words', says },
    {
      name: 'cause',
      kind: 'choice',
      says,
      choices: [
        { id: 'a', text: says },
        { id: 'checking', text: { en: 'Checking.', ja: '確認中。' } },
      ],
    },
  ],
} as unknown as Template;
const KNOWN = { component: 'api', since: '2026-04-01T00:00:00Z', asset: 'USDC' };
const COMPONENTS = [{ id: 'api', name: { en: 'API', ja: 'エーピーアイ' }, group: says, position: 1 }];

it('fills what is known and leaves the rest', () => {
  expect(knownValues(TEMPLATE, KNOWN)).toEqual({
    service: 'api',
    since: '2026-04-01T00:00:00Z',
    asset: 'USDC',
    news: '',
    cause: 'checking',
  });
});

it('shows values once and as they are', () => {
  const values = { ...knownValues(TEMPLATE, KNOWN), news: '{service} $& <b>' };
  const text = { en: '{service}: {news} {cause} {nobody}', ja: '{service}' };
  expect(previewText(text, TEMPLATE, values, COMPONENTS)).toEqual({
    en: 'API: {service} $& <b> Checking. {nobody}',
    ja: 'エーピーアイ',
  });
});

it('knows which templates one person may publish', () => {
  expect(isBounded(TEMPLATE)).toBe(false);
  expect(
    isBounded({ ...TEMPLATE, variables: TEMPLATE.variables.filter(({ kind }) => kind !== 'words') }),
  ).toBe(true);
});
