/**
 * Times as people read them: the reader's zone with UTC beside it, always with date and offset label. Pure.
 */
export type Language = 'en' | 'ja';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ZONE_NAMES: Readonly<Record<string, string>> = { 'Asia/Tokyo': 'JST' };

export const READER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

type Fields = { readonly date: string; readonly hm: string; readonly zone: string };

function fieldsOf(ms: number, zone: string): Fields {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = value;
  const { year = '', month = '', day = '', hour = '', minute = '', timeZoneName = '' } = part;
  return { date: `${year}-${month}-${day}`, hm: `${hour}:${minute}`, zone: ZONE_NAMES[zone] ?? timeZoneName };
}

/** `2023-03-11 12:24 JST` and `03:24 UTC`; the date again where UTC is still on another day. */
export function momentParts(
  ms: number,
  zone: string,
): { readonly local: string; readonly utc: string | null } {
  const utc = fieldsOf(ms, 'UTC');
  const local = fieldsOf(ms, zone);
  // UTC itself, or London in winter: one time is enough.
  if (local.date === utc.date && local.hm === utc.hm)
    return { local: `${utc.date} ${utc.hm} UTC`, utc: null };
  const utcDate = utc.date === local.date ? '' : `${utc.date.slice(5)} `;
  return { local: `${local.date} ${local.hm} ${local.zone}`, utc: `${utcDate}${utc.hm} UTC` };
}

export function momentText(ms: number, zone: string): string {
  const { local, utc } = momentParts(ms, zone);
  return utc === null ? local : `${local} · ${utc}`;
}

const UNITS: Readonly<Record<Language, readonly [string, string, string]>> = {
  en: [' d', ' h', ' min'],
  ja: ['日', '時間', '分'],
};

/** The two largest units: `5 h 32 min`, `3日 4時間`. */
export function durationText(ms: number, language: Language): string {
  const [d, h, m] = UNITS[language];
  const rest = Math.max(0, ms);
  const days = Math.floor(rest / DAY_MS);
  const hours = Math.floor((rest % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((rest % HOUR_MS) / MINUTE_MS);
  if (days > 0) return `${days}${d} ${hours}${h}`;
  return hours > 0 ? `${hours}${h} ${minutes}${m}` : `${minutes}${m}`;
}

/** A length that was agreed, without empty units: `3 d`, `1 h 30 min`, `2時間`. */
export function spanText(ms: number, language: Language): string {
  const [d, h, m] = UNITS[language];
  const rest = Math.max(0, ms);
  const days = Math.floor(rest / DAY_MS);
  const hours = Math.floor((rest % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((rest % HOUR_MS) / MINUTE_MS);
  const counts: readonly (readonly [number, string])[] = [
    [days, d],
    [hours, h],
    [minutes, m],
  ];
  const parts = counts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`]));
  return parts.length === 0
    ? `${Math.floor(rest / SECOND_MS)}${language === 'ja' ? '秒' : ' s'}`
    : parts.join(' ');
}
