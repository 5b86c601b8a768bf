/**
 * Wall clocks and instants of IANA time zones, as far as calendars need them, from the platform's own zone data. Gaps and
 * repeated hours are read as RFC 5545 (3.3.5) says: by the offset before the change, and the first of the two.
 */
import { DAY_MS, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Null for a name that is no zone. */
function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
    return formatter;
  } catch {
    return null;
  }
}

/** Names like `Asia/Tokyo`; plain offsets are no zones. */
export const isZone = (name: string): boolean =>
  /^[A-Za-z][\w+/-]{1,63}$/.test(name) && formatterOf(name) !== null;

/** What is added to UTC there at an instant. */
export function offsetMs(zone: string, atMs: number): number {
  const parts = formatterOf(zone)?.formatToParts(atMs) ?? [];
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wallMs = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wallMs - Math.floor(atMs / SECOND_MS) * SECOND_MS;
}

/** @param wallMs what the clock on the wall shows, as if it were UTC */
export function instantOf(zone: string, wallMs: number): number {
  const before = offsetMs(zone, wallMs - DAY_MS);
  const after = offsetMs(zone, wallMs + DAY_MS);
  const isSo = (offset: number): boolean => offsetMs(zone, wallMs - offset) === offset;
  return !isSo(before) && isSo(after) ? wallMs - after : wallMs - before;
}

/** `20260329T020000`, as the clock on the wall shows it. */
export const wallText = (atMs: number, offset: number): string =>
  new Date(atMs + offset).toISOString().slice(0, 19).replace(/[-:]/g, '');

/** The zone between two instants as VTIMEZONE (RFC 5545, 3.6.5), for programs that do not know it by name. */
export function vtimezone(zone: string, fromMs: number, toMs: number): string {
  const first = offsetMs(zone, fromMs);
  const observances = [observance('STANDARD', '19700101T000000', first, first)];
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    const [old, fresh] = [offsetMs(zone, dayMs), offsetMs(zone, dayMs + DAY_MS)];
    if (old === fresh) continue;
    const kind = fresh > old ? 'DAYLIGHT' : 'STANDARD';
    observances.push(observance(kind, wallText(changeAt(zone, dayMs, old), old), old, fresh));
  }
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances, 'END:VTIMEZONE'].join('\r\n');
}

/** The first minute of the day from `dayMs` on that has another offset. */
function changeAt(zone: string, dayMs: number, old: number): number {
  let [low, high] = [0, DAY_MS / MINUTE_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, dayMs + middle * MINUTE_MS) === old) low = middle;
    else high = middle;
  }
  return dayMs + high * MINUTE_MS;
}

const observance = (kind: string, start: string, from: number, to: number): string =>
  [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${offsetText(from)}`,
    `TZOFFSETTO:${offsetText(to)}`,
    `END:${kind}`,
  ].join('\r\n');

function offsetText(offset: number): string {
  const minutes = Math.abs(Math.round(offset / MINUTE_MS));
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}
