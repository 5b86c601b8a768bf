/** What rows of duties in Japan have in common. */
import type { Kind } from '../../incidents/facts/kinds.ts';
import { TOKYO } from './duty.ts';

export const HOUR = 60;
export const DAY = 24 * HOUR;
export const ANY: readonly Kind[] = [];
/** 直ちに, 速やかに: no number in the rule. */
export const NO_NUMBER = { unit: 'none' } as const;

export const SWITCHED_OVER = {
  en: 'Part of the systems was hit but others took over quickly: no real effect',
  ja: '他のシステム・機器へ速やかに交替し実質的に影響が生じない場合(16条1項ただし書)',
};

export const JAPAN = {
  confidence: 'A' as const,
  validTo: null,
  zone: TOKYO,
  suspendable: null,
  exemptable: null,
  satisfiedBy: 'filing' as const,
  form: null,
};
