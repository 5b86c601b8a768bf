/** All forms as data, chosen by the date of filing and the class of the incident. */
import type { Kind } from '../../incidents/facts/kinds.ts';
import { CAUSE, type Form, HEADER, IMPACT, OUTLINE, RESPONSE, section } from './form.ts';
import { JAPANESE_FORMS } from './forms-japan.ts';

const english = { cover: false, language: 'en' as const, set: null, kinds: [], validTo: null };

export const FORMS: readonly Form[] = [
  ...JAPANESE_FORMS,
  {
    ...english,
    id: 'dora-2025-302',
    group: 'dora',
    title: { en: 'DORA incident report', ja: 'DORA インシデント報告' },
    citation: 'Regulation (EU) 2025/302 (layout not seen)',
    confidence: 'C',
    validFrom: '2025-01-17',
    sections: [HEADER, OUTLINE, IMPACT, RESPONSE, CAUSE],
  },
  {
    ...english,
    id: 'nydfs-500-17',
    group: 'nydfs',
    title: { en: 'NYDFS cybersecurity notice', ja: 'NYDFS 通知' },
    citation: '23 NYCRR 500.17 (filed on the web form)',
    confidence: 'B',
    validFrom: '2023-12-01',
    sections: [HEADER, OUTLINE, IMPACT, section('Extortion', '恐喝', 'ransom.type', 'ransom.reasons'), CAUSE],
  },
  {
    ...english,
    id: 'mas-psn05',
    group: 'mas',
    title: { en: 'MAS incident report', ja: 'MAS 報告' },
    citation: 'MAS Notice PSN05 (layout not seen)',
    confidence: 'C',
    validFrom: '2024-11-06',
    sections: [HEADER, OUTLINE, IMPACT, RESPONSE, CAUSE],
  },
];

/** The form of a group for this class on the day of filing (`YYYY-MM-DD`); null when none is in force. */
export function formFor(group: string, kinds: readonly Kind[], day: string): Form | null {
  const fits = FORMS.filter(
    (form) =>
      form.group === group &&
      day >= form.validFrom &&
      (form.validTo === null || day <= form.validTo) &&
      (form.kinds.length === 0 || form.kinds.some((kind) => kinds.includes(kind))),
  );
  return fits[0] ?? null;
}

export const formNamed = (id: string): Form | undefined => FORMS.find((form) => form.id === id);
