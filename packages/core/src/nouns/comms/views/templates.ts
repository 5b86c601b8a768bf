/** Prepared texts: which stand, who endorsed the present revision, and which count as approved beforehand. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { SHIPPED_TEMPLATES } from '../engine/shipped-templates.ts';
import {
  type Template,
  templateAdopted,
  templateEndorsed,
  templateProposed,
  templateRetired,
} from '../facts/templates.ts';
import type { ApprovalFunction } from '../facts/words.ts';

export type Endorsement = { readonly principal: string; readonly function: ApprovalFunction };
export type KnownTemplate = {
  readonly template: Template;
  readonly revision: number;
  /** Empty for a shipped one. */
  readonly author: string;
  readonly endorsements: readonly Endorsement[];
  /** The functions that approved this revision beforehand, or null. */
  readonly adoptedBy: readonly ApprovalFunction[] | null;
  readonly adoptedAt: string;
};
export type Templates = { readonly templates: Readonly<Record<string, KnownTemplate>> };

export const TEMPLATES_MAX = 60;

const shipped = (template: Template): [string, KnownTemplate] => [
  template.id,
  { template, revision: 1, author: '', endorsements: [], adoptedBy: null, adoptedAt: '' },
];

/** One key, `all`. */
export const templates = defineView<Templates>({
  name: 'comms.templates',
  version: 1,
  folds: [templateProposed.name, templateEndorsed.name, templateAdopted.name, templateRetired.name],
  initial: () => ({ templates: Object.fromEntries(SHIPPED_TEMPLATES.map(shipped)) }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = idOf(fact);
    const known = state.templates[id];
    const next = nextOf(known, fact);
    return next === undefined ? state : { templates: { ...state.templates, [id]: next } };
  },
});

const idOf = (fact: Fact): string =>
  isFact(templateProposed, fact) ? fact.body.template.id : (fact.body as { template: string }).template;

function nextOf(known: KnownTemplate | undefined, fact: Fact): KnownTemplate | undefined {
  if (isFact(templateProposed, fact)) {
    const { template, revision } = fact.body;
    return { template, revision, author: fact.actor, endorsements: [], adoptedBy: null, adoptedAt: '' };
  }
  if (known === undefined) return undefined;
  if (isFact(templateEndorsed, fact)) {
    const endorsement = { principal: fact.actor, function: fact.body.function };
    return { ...known, endorsements: [...known.endorsements, endorsement] };
  }
  if (isFact(templateAdopted, fact))
    return { ...known, adoptedBy: fact.body.functions, adoptedAt: fact.recordedAt };
  return { ...known, endorsements: [], adoptedBy: null, adoptedAt: '' };
}
