/**
 * Reading filters from an address: anything that is not one of the known values falls back, nothing ever
 * throws.
 */
export type RawSearch = Readonly<Record<string, unknown>>;

export function oneOf<const T extends readonly string[]>(
  raw: unknown,
  values: T,
  fallback: T[number],
): T[number] {
  return typeof raw === 'string' && (values as readonly string[]).includes(raw) ? raw : fallback;
}

/** A whole number from 0 up, or undefined. */
export function wholeNumber(raw: unknown): number | undefined {
  const value = typeof raw === 'string' && raw !== '' ? Number(raw) : raw;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

const TEXT_LENGTH_MAX = 200;

/** A text with something in it, or undefined. Numbers are texts that a router has parsed. */
export function someText(raw: unknown): string | undefined {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  return trimmed === '' || trimmed.length > TEXT_LENGTH_MAX ? undefined : trimmed;
}
