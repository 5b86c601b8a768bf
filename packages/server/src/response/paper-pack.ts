/**
 * The plan on paper, for when there is no power and no network (guideline on art. 7(1)): agencies with their alternative
 * route, roles with their deputies in order, and every procedure book.
 */
import { KIND_NAMES, KINDS, ROLE_NAMES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import { planDigest } from '@sonae/core/nouns/plans/decisions/plan.ts';
import { STAGE_NAMES, STAGES } from '@sonae/core/nouns/plans/facts/plan.ts';
import { bookOf, type Plan } from '@sonae/core/nouns/plans/views/plan.ts';
import type { Profile } from '@sonae/core/nouns/reports/facts/duties.ts';
import { type DocumentRow, printable, type ReportDocument } from '../documents/document.ts';
import { readState } from '../http/read-model.ts';
import type { Node } from '../node.ts';

const WORDS = {
  ja: {
    title: 'コンティンジェンシープラン(書面)',
    agencies: '関係機関との連絡(7条1項)',
    roles: '指揮命令系統と代行順位(6条)',
    none: '登録なし',
    minutes: '分以内',
    approved: '承認',
    notApproved: '未承認(取締役会等の承認が必要)',
    alternative: '代替手段',
    liaison: '担当',
  },
  en: {
    title: 'Contingency plan on paper',
    agencies: 'Agencies to contact (art. 7(1))',
    roles: 'Chain of command and deputies in order (art. 6)',
    none: 'none listed',
    minutes: 'min',
    approved: 'approved by',
    notApproved: 'NOT APPROVED by the board',
    alternative: 'if that fails',
    liaison: 'by',
  },
} as const;

const row = (label: string, text: string, missing = false): DocumentRow => ({
  label: printable(label),
  text: printable(text),
  note: '',
  changed: false,
  missing,
});

export async function paperPack(node: Node, language: 'ja' | 'en'): Promise<ReportDocument> {
  const words = WORDS[language];
  const plan = await readState<Plan>(node, 'plans.plan', 'all');
  const people = await readState<People>(node, 'people.register', 'all');
  const profile = await readState<Profile>(node, 'reports.profile', 'all');
  const digest = planDigest(plan);
  const { approval } = plan;
  const isApproved = approval?.digest === digest;
  const agencies = Object.values(plan.agencies).map(({ name, method, alternative, liaison }) =>
    row(
      name[language],
      `${method}\n${words.alternative}: ${alternative}\n${words.liaison}: ${liaison.join(', ')}`,
    ),
  );
  const roles = Object.values(people.roles).map(({ id, says, holders }) =>
    row(says[language] || id, holders.join(' → ')),
  );
  const books = KINDS.flatMap((kind) =>
    STAGES.map((stage) => ({
      title: `${KIND_NAMES[kind][language]} — ${STAGE_NAMES[stage][language]}`,
      rows: bookOf(plan, kind, stage).book.tasks.map(({ role, title, withinMinutes }) =>
        row(`${withinMinutes} ${words.minutes} ${ROLE_NAMES[role][language]}`, title[language]),
      ),
    })),
  );
  const orNone = (rows: DocumentRow[]): DocumentRow[] =>
    rows.length > 0 ? rows : [row('', words.none, true)];
  return {
    language,
    title: `${profile.firm[language]} ${words.title}`,
    subtitle: isApproved
      ? `${words.approved}: ${approval.body} ${approval.approvedAt.slice(0, 10)}`
      : words.notApproved,
    cover: null,
    sections: [
      { title: words.agencies, rows: orNone(agencies) },
      { title: words.roles, rows: orNone(roles) },
      ...books,
    ],
    items: [],
    legend: `v${plan.version} SHA-256 ${digest}`,
    footer: `${node.app.ports.signer.origin} ${node.clockState().now}`,
  };
}
