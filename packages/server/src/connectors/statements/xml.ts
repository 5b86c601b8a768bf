/**
 * XML as bank messages use it, and nothing more: elements, attributes, text, the five named and the numeric references.
 * DOCTYPE, entities, processing instructions beyond the declaration and CDATA are refused, so nothing can be fetched,
 * expanded or hidden.
 */
import { StatementError } from './reading.ts';

export type Element = {
  /** Without prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
};

const DEPTH_MAX = 40;
const ELEMENTS_MAX = 3_000_000;
const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/.source;
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>$`);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');
const TAG_CHARS_MAX = 10_000;

/** The root element. Throws `StatementError`. */
export function parseXml(text: string): Element {
  const source = text.replace(/^\uFEFF?\s*<\?xml[^?]{0,200}\?>/, '');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [root];
  let elements = 0;
  for (let at = 0; at < source.length; ) {
    const start = source.indexOf('<', at);
    const current = open.at(-1) as Element;
    current.text += unescaped(source.slice(at, start < 0 ? source.length : start), at);
    if (start < 0) break;
    if (source.startsWith('<!--', start)) {
      const end = source.indexOf('-->', start + 4);
      if (end < 0) throw new StatementError('truncated', `character ${start}`, 'a comment does not end');
      at = end + 3;
      continue;
    }
    if (source[start + 1] === '!' || source[start + 1] === '?')
      throw new StatementError(
        'hostile',
        `character ${start}`,
        'DOCTYPE, CDATA and instructions are not accepted',
      );
    const end = source.indexOf('>', start);
    if (end < 0) throw new StatementError('truncated', `character ${start}`, 'an element does not end');
    elements += 1;
    if (elements > ELEMENTS_MAX)
      throw new StatementError('too-many', `character ${start}`, 'too many elements');
    step(open, source.slice(start, end + 1), start);
    at = end + 1;
  }
  const [only] = root.children;
  if (open.length > 1) throw new StatementError('truncated', 'end', `<${open.at(-1)?.name}> is still open`);
  if (only === undefined || root.children.length > 1 || root.text.trim() !== '')
    throw new StatementError('not-this-format', 'file', 'it is not one XML document');
  return only;
}

function step(open: Element[], tag: string, start: number): void {
  const match = tag.length > TAG_CHARS_MAX ? null : TAG.exec(tag);
  if (!match) throw new StatementError('not-this-format', `character ${start}`, 'this is no XML element');
  const [, slash, full = '', attributes = '', selfClosing] = match;
  const name = full.split(':').at(-1) ?? '';
  if (slash === '/') {
    const closed = open.length > 1 ? open.pop() : undefined;
    if (closed?.name !== name)
      throw new StatementError(
        'not-this-format',
        `character ${start}`,
        `</${name}> closes nothing that is open`,
      );
    return;
  }
  if (open.length > DEPTH_MAX)
    throw new StatementError('hostile', `character ${start}`, `deeper than ${DEPTH_MAX}`);
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map((m) => [
    m[1] ?? '',
    unescaped(m[2] ?? m[3] ?? '', start),
  ]);
  const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
  open.at(-1)?.children.push(element);
  if (selfClosing !== '/') open.push(element);
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string, at: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{0,10})(;?)/g, (_, name: string, end: string) => {
    const point = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code = point ? Number.parseInt(point[1] ?? point[2] ?? '', point[1] === undefined ? 10 : 16) : -1;
    const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    const character = known ?? (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined);
    if (end === '' || character === undefined)
      throw new StatementError('hostile', `character ${at}`, `the entity &${name}; is not accepted`);
    return character;
  });
}

export const childOf = (element: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>(
    (one, name) => one?.children.find((child) => child.name === name),
    element,
  );
export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];
export const textOf = (element: Element | undefined, ...path: string[]): string =>
  (childOf(element, ...path)?.text ?? '').trim();
