/** From the bytes of a request to alarms: bounded JSON first, then the mapping of the source's format. */
import { randomUUID } from 'node:crypto';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Alarm } from '@sonae/core/nouns/sentinels/facts.ts';
import { readAlertmanager } from '@sonae/core/nouns/sentinels/sources/alertmanager.ts';
import { readCloudEvent } from '@sonae/core/nouns/sentinels/sources/cloudevents.ts';
import { readGeneric } from '@sonae/core/nouns/sentinels/sources/generic.ts';
import { readGrafana } from '@sonae/core/nouns/sentinels/sources/grafana.ts';
import { readOpenzeppelin } from '@sonae/core/nouns/sentinels/sources/openzeppelin.ts';
import { readPagerduty } from '@sonae/core/nouns/sentinels/sources/pagerduty.ts';
import { type Json, listAt } from '@sonae/core/nouns/sentinels/sources/shape.ts';
import { type CloudEventV1, HTTP } from 'cloudevents';
import { type IntakeSource, readingOf } from './intake-config.ts';

const JSON_DEPTH_MAX = 32;
const HEADER_LENGTH_MAX = 4_096;

/** JSON whose nesting is bounded before it is parsed. */
export function parseJson(text: string): unknown {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (isText) {
      if (char === '\\') i += 1;
      else if (char === '"') isText = false;
    } else if (char === '"') isText = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > JSON_DEPTH_MAX)
      throw new FaultError(
        'input.too-large',
        `the body nests deeper than ${JSON_DEPTH_MAX}`,
        'send it flatter',
      );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = (error as Error).message.slice(0, 200);
    throw new FaultError('input.unreadable', `the body is not JSON: ${problem}`, 'send JSON');
  }
}

/** @param now ISO 8601 UTC of the log's clock */
export function readMessage(
  source: IntakeSource,
  text: string,
  headers: Readonly<Record<string, string>>,
  now: string,
): Alarm[] {
  const reading = readingOf(source, now);
  switch (source.kind) {
    case 'alertmanager':
      return readAlertmanager(parseJson(text), reading);
    case 'grafana':
      return readGrafana(parseJson(text), reading);
    case 'pagerduty':
      return readPagerduty(parseJson(text), reading, randomUUID());
    case 'openzeppelin':
      return readOpenzeppelin(parseJson(text), reading);
    case 'generic':
      return readGeneric(parseJson(text), reading, source.mapping);
    case 'cloudevents':
      return cloudEvents(text, headers).map((event) => readCloudEvent(event as unknown as Json, reading));
    case 'mail':
      throw new FaultError('http.not-found', `${source.id} takes mail, not requests`, 'send it by SMTP');
  }
}

/** Structured, binary or batched, as the HTTP binding of CloudEvents 1.0 defines it. */
function cloudEvents(text: string, headers: Readonly<Record<string, string>>): CloudEventV1<unknown>[] {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isBinary = !type.startsWith('application/cloudevents');
  // The body of a binary event is whatever its type says; only JSON is looked into.
  const isJson = !isBinary || type === '' || /[/+]json$/.test(type);
  const body = isJson && text !== '' ? parseJson(text) : text;
  if (type === 'application/cloudevents-batch+json') listAt(body, 'body');
  const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('ce-'));
  const bounded = Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, HEADER_LENGTH_MAX)]));
  try {
    // Without parameters the library finds its parser by the type alone.
    const parsed = HTTP.toEvent({
      headers: { ...bounded, 'content-type': type || 'application/json' },
      body: text,
    });
    return (Array.isArray(parsed) ? parsed : [parsed]) as CloudEventV1<unknown>[];
  } catch (error) {
    const problem = (error as Error).message.slice(0, 200);
    throw new FaultError(
      'input.invalid',
      `this is no CloudEvent: ${problem}`,
      'send CloudEvents 1.0 over HTTP',
    );
  }
}
