/**
 * Times as people read them: the reader's zone with UTC beside it, the offset label always printed. Pure; the
 * zone and
 * the present are handed in, because in a replay the present is simulated.
 */
export type Language = 'en' | 'ja';
/** `clock`: time of day, with the date only when it is not today's. `full`: always the date. */
export type MomentStyle = 'clock' | 'full' | 'seconds';
export type MomentParts = { readonly local: string; readonly utc: string | null };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Zone names that people know but Intl prints as a bare offset outside their own locale. */
const ZONE_NAMES: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST',
  'Asia/Seoul': 'KST',
  'Asia/Singapore': 'SGT',
  'Asia/Hong_Kong': 'HKT',
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  formats.set(zone, made);
  return made;
}

type Fields = {
  readonly date: string;
  readonly monthDay: string;
  readonly year: string;
  readonly hm: string;
  readonly s: string;
  readonly zone: string;
};

function fieldsOf(ms: number, zone: string): Fields {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = value;
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', timeZoneName = '' } = part;
  const name = ZONE_NAMES[zone] ?? timeZoneName;
  return {
    date: `${year}-${month}-${day}`,
    monthDay: `${month}-${day}`,
    year,
    hm: `${hour}:${minute}`,
    s: second,
    zone: name,
  };
}

/** Whether the reader's own zone is UTC at this instant (London in winter), so that one time is enough. */
function isUtc(local: Fields, utc: Fields): boolean {
  return local.date === utc.date && local.hm === utc.hm;
}

/**
 * `12:24 JST` and `03:24 UTC`; a date stands before a time when it is not the date the reader would assume.
 */
export function momentParts(
  ms: number,
  zone: string,
  now: number,
  style: MomentStyle = 'clock',
): MomentParts {
  const local = fieldsOf(ms, zone);
  const utc = fieldsOf(ms, 'UTC');
  const today = fieldsOf(now, zone);
  const time = (f: Fields): string => (style === 'seconds' ? `${f.hm}:${f.s}` : f.hm);
  const needsDate = style === 'full' || local.date !== today.date;
  const date = style === 'full' || local.year !== today.year ? local.date : local.monthDay;
  const localText = `${needsDate ? `${date} ` : ''}${time(local)} ${isUtc(local, utc) ? 'UTC' : local.zone}`;
  if (isUtc(local, utc)) return { local: localText, utc: null };
  const utcDate = utc.date === local.date ? '' : `${utc.monthDay} `;
  return { local: localText, utc: `${utcDate}${time(utc)} UTC` };
}

/** One line of text, e.g. for titles and labels. */
export function momentText(ms: number, zone: string, now: number, style: MomentStyle = 'clock'): string {
  const { local, utc } = momentParts(ms, zone, now, style);
  return utc === null ? local : `${local} · ${utc}`;
}

/** `2023-03-11 03:24 UTC`, for the banner that names simulated time. */
export function utcText(ms: number): string {
  const f = fieldsOf(ms, 'UTC');
  return `${f.date} ${f.hm} UTC`;
}

const UNITS: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  en: [' d', ' h', ' min', ' s'],
  ja: ['日', '時間', '分', '秒'],
};

/**
 * The two largest units: `5 h 32 min`, `3日 4時間`; seconds only below one minute. Negative counts as nothing.
 */
export function durationText(ms: number, language: Language): string {
  const [d, h, m, s] = UNITS[language];
  const rest = Math.max(0, ms);
  const days = Math.floor(rest / DAY_MS);
  const hours = Math.floor((rest % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((rest % HOUR_MS) / MINUTE_MS);
  if (days > 0) return `${days}${d} ${hours}${h}`;
  if (hours > 0) return `${hours}${h} ${minutes}${m}`;
  if (minutes > 0) return `${minutes}${m}`;
  return `${Math.floor(rest / SECOND_MS)}${s}`;
}

/** A length that was agreed, without empty units: `3 d`, `1 h 30 min`, `2時間`. */
export function spanText(ms: number, language: Language): string {
  const [d, h, m, s] = UNITS[language];
  const sizes = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS];
  let rest = Math.max(0, ms);
  const parts = [d, h, m, s].map((unit, i) => {
    const size = sizes[i] as number;
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  const shown = parts.filter((part) => part !== '').slice(0, 2);
  return shown.length === 0 ? `0${s}` : shown.join(' ');
}

/** What is left until a deadline: seconds are shown in the last ten minutes. */
export function countdownText(ms: number, language: Language): string {
  const rest = Math.max(0, ms);
  if (rest >= 10 * MINUTE_MS) return durationText(rest, language);
  const [, , m, s] = UNITS[language];
  const minutes = Math.floor(rest / MINUTE_MS);
  const seconds = Math.floor((rest % MINUTE_MS) / SECOND_MS);
  return minutes === 0 ? `${seconds}${s}` : `${minutes}${m} ${String(seconds).padStart(2, '0')}${s}`;
}

/** A label of a chart's time axis: time of day, or the date at midnight. */
export function axisLabels(seconds: readonly number[], zone: string): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  return seconds.map((at) => {
    const f = fieldsOf(at * SECOND_MS, zone);
    return step >= 86_400 || f.hm === '00:00' ? f.monthDay : f.hm;
  });
}

/** The label of a zone at an instant: `JST`, `GMT+2`. */
export function zoneLabel(ms: number, zone: string): string {
  const local = fieldsOf(ms, zone);
  return isUtc(local, fieldsOf(ms, 'UTC')) ? 'UTC' : local.zone;
}
