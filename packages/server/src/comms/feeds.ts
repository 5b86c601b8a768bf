/** RSS 2.0, Atom and JSON Feed of the published notices, newest first, in one language. Contents are escaped HTML. */
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import { Feed } from 'feed';
import { htmlText, NOTICE_STATUS_NAMES, paragraphsOf } from './notice-words.ts';
import type { StatusPage } from './page-model.ts';

export const FEED_KINDS = ['rss', 'atom', 'json'] as const;
export type FeedKind = (typeof FEED_KINDS)[number];
export const FEED_TYPES: Readonly<Record<FeedKind, string>> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};
const ENTRIES_MAX = 100;

/** @param url where people read the page, with a trailing slash; feeds and proofs lie below it */
export function feedText(kind: FeedKind, page: StatusPage, url: string, language: Language): string {
  const own = (ending: FeedKind): string => `${url}history.${ending}`;
  const entries = page.threads
    .flatMap((thread) => thread.notices.map((notice) => ({ thread, notice })))
    .sort((a, b) => b.notice.seq - a.notice.seq)
    .slice(0, ENTRIES_MAX);
  const title = language === 'ja' ? `${page.name.ja}: 稼働状況` : `${page.name.en}: status`;
  const feed = new Feed({
    id: url,
    link: url,
    title: xmlSafe(title),
    description: title,
    language,
    generator: 'Sonae',
    updated: new Date(entries[0]?.notice.at ?? page.now),
    feedLinks: { rss: own('rss'), atom: own('atom'), json: own('json') },
  });
  for (const { thread, notice } of entries) {
    const status = NOTICE_STATUS_NAMES[notice.content.status][language];
    const link = `${url}?thread=${encodeURIComponent(thread.id)}#notice-${notice.id}`;
    const content = htmlText(paragraphsOf(notice, language));
    feed.addItem({
      // An entry is a notice of this log, wherever the page lies.
      id: `urn:sonae:${page.log.origin}:${notice.seq}`,
      guid: `urn:sonae:${page.log.origin}:${notice.seq}`,
      title: xmlSafe(`[${status}] ${notice.content.title[language]}`),
      link,
      date: new Date(notice.at),
      published: new Date(notice.at),
      description: cdataSafe(content),
      content: cdataSafe(content),
    });
  }
  if (kind === 'rss') return feed.rss2();
  return kind === 'atom' ? feed.atom1() : feed.json1();
}

/** The package puts texts into CDATA: what would end the section can not stand in them. */
const cdataSafe = (html: string): string => html.replaceAll(']]>', ']]&gt;');
const xmlSafe = (text: string): string => text.replaceAll(']]>', '] ]>');
