/** Reference pages of duties, forms, fields and document sets, from the data that the product runs on. */
import { KIND_NAMES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import type { ClockRule } from '@sonae/core/nouns/reports/engine/clock.ts';
import { DOCUMENT_SETS } from '@sonae/core/nouns/reports/engine/document-sets.ts';
import { DUTIES } from '@sonae/core/nouns/reports/engine/duties.ts';
import type { Duty } from '@sonae/core/nouns/reports/engine/duty.ts';
import { FIELDS } from '@sonae/core/nouns/reports/engine/fields.ts';
import { FORMS } from '@sonae/core/nouns/reports/engine/forms.ts';

function clockText(rule: ClockRule): string {
  if (rule.unit === 'none') return 'no number (直ちに, 速やかに)';
  if (rule.unit === 'given') return 'the date that the recipient sets';
  if (rule.unit === 'hours') return `${rule.amount} hours from the event`;
  if (rule.unit === 'business-days') return `${rule.amount} business days from the next day`;
  const from = rule.counting === 'event-day' ? 'the day of the event counted' : 'from the next day';
  return `${rule.amount} ${rule.unit}, ${from}, to the end of the day`;
}

function startText({ triggers }: Duty): string {
  return triggers
    .map((trigger) => {
      if ('filing' in trigger) return `our ${trigger.which} filing for \`${trigger.filing}\``;
      const only = trigger.kinds === undefined ? '' : ` (${trigger.kinds.join(', ')})`;
      return `event \`${trigger.event}\`${only}`;
    })
    .join('; ');
}

const kindsText = (kinds: readonly string[]): string => (kinds.length === 0 ? 'any class' : kinds.join(', '));

export function dutiesPage(): string[] {
  const lines = [
    'A clock hangs on an event. Confidence A: primary text read; B: secondary source; C: not verified, so the duty applies',
    'only where the profile of the firm sets a target for it. Targets are the firm’s own and may be replaced in the profile.',
    '',
  ];
  for (const duty of DUTIES) {
    const cap =
      duty.cap === undefined ? '' : `; not later than ${duty.cap.hours} hours after \`${duty.cap.event}\``;
    const until = duty.validTo ?? 'further notice';
    lines.push(
      `## ${duty.id}`,
      '',
      `${duty.title.en}`,
      '',
      `${duty.title.ja}`,
      '',
      `- Source: ${duty.citation} (confidence ${duty.confidence}; in force ${duty.validFrom} to ${until})`,
      `- Regimes: ${duty.regimes.join(', ')}; ${kindsText(duty.kinds)}`,
      `- Starts: ${startText(duty)}`,
      `- Due: ${clockText(duty.clock)}${cap} (${duty.zone})`,
      `- Own target: ${duty.targetMinutes === null ? 'four fifths of that time' : `${duty.targetMinutes} minutes`}`,
      `- To: ${duty.recipients.map(({ en }) => en).join(', ')}`,
      `- Met by: ${duty.satisfiedBy === 'filing' ? 'a recorded filing' : `event \`${duty.satisfiedBy.event}\``}`,
    );
    if (duty.form !== null) lines.push(`- Form: group \`${duty.form}\` in [forms](forms.md)`);
    if (duty.suspendable !== null) lines.push(`- May wait: ${duty.suspendable.en}`);
    if (duty.exemptable !== null) lines.push(`- Not reportable where: ${duty.exemptable.en}`);
    lines.push('');
  }
  return lines;
}

export function formsPage(): string[] {
  const lines = [
    'The form of a group is chosen by the day of filing and the class of the incident; the first that fits.',
    '',
  ];
  for (const form of FORMS) {
    lines.push(
      `## ${form.id}`,
      '',
      `${form.title.ja} / ${form.title.en}`,
      '',
      `Group \`${form.group}\`; ${kindsText(form.kinds)}; in force ${form.validFrom} to ${form.validTo ?? 'further notice'}; confidence ${form.confidence}.`,
      `Source: ${form.citation}.${form.cover ? ' With the cover sheet for the association.' : ''}`,
      '',
      ...form.sections.map(
        ({ title, fields }) => `- ${title.en}: ${fields.map((id) => `\`${id}\``).join(', ')}`,
      ),
      '',
    );
  }
  lines.push('## Fields', '', '| field | | answered by |', '|---|---|---|');
  for (const [id, { label, from }] of Object.entries(FIELDS))
    lines.push(
      `| \`${id}\` | ${label.ja} / ${label.en} | ${from === 'log' ? 'the log' : '`incidents.StateField`'} |`,
    );
  lines.push('', '## Document sets', '');
  for (const [set, items] of Object.entries(DOCUMENT_SETS)) {
    lines.push(`### ${set}`, '', '| item | | answered by | only for |', '|---|---|---|---|');
    for (const { id, label, field, kinds } of items)
      lines.push(
        `| \`${id}\` | ${label.ja} / ${label.en} | ${field === null ? 'an attached document' : `\`${field}\` or an attached document`} | ${kinds.map((kind) => KIND_NAMES[kind].en).join(', ')} |`,
      );
    lines.push('');
  }
  return lines;
}
