/**
 * Every text of the public site in English. Keys are flat; ja.ts must have the same ones or the type check
 * fails.
 */
import { enNotices } from './en-notices.ts';
import { enPowers } from './en-powers.ts';

export const en = {
  ...enPowers,
  ...enNotices,
  'page.title': '{{name}}: status',
  'page.status': 'Status',
  'page.loading': 'Reading the status…',
  'page.away':
    'The status could not be read. This alone says nothing about the service; the page keeps asking.',
  'page.stale': 'The status could not be read again. What you see is as of {{time}}.',
  'page.simulated':
    'Simulation. Nothing on this page is happening; names, times and incidents are part of a replay or a drill.',
  'page.notice': 'Notice',
  'page.language': 'Language',
  'page.theme': 'Appearance',
  'theme.system': 'System',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'page.foot':
    'Built from disclosed facts of an append-only log. We never ask for passwords, keys or transfers on this page.',

  'overall.operational': 'All components work',
  'overall.degraded_performance': 'Some components are slower or limited',
  'overall.partial_outage': 'Some components are partly unavailable',
  'overall.major_outage': 'Important components are unavailable or unsafe to use',
  'components.title': 'Components',
  'status.operational': 'Operational',
  'status.degraded_performance': 'Degraded',
  'status.partial_outage': 'Partial outage',
  'status.major_outage': 'Major outage',

  'incidents.now': 'Current incidents',
  'incidents.nowNone': 'No incident is open.',
  'incidents.past': 'Past incidents',
  'incidents.pastNone': 'None so far.',
  'incidents.lasted': 'lasted {{duration}}',
  'incidents.since': 'for {{duration}}',
  'incidents.component': 'Component: {{component}}',
  'incidents.proof': 'Fact {{seq}}',
  'severity.critical': 'Critical',
  'severity.major': 'Major',
  'severity.minor': 'Minor',
  'severity.pending': 'Severity being judged',
  'update.declared': 'Incident declared. We are looking into it.',
  'update.reopened': 'Opened again.',
  'update.contained': 'Contained: it does not spread any further.',
  'update.remediating': 'We are repairing what was affected.',
  'update.recovering': 'Service is returning to normal; we are watching closely.',
  'update.closed': 'Over.',
  'update.reviewed': 'Review completed.',
  'update.severity': 'Severity is now: {{severity}}.',
  'phase.declared': 'Looking into it',
  'phase.contained': 'Contained',
  'phase.remediating': 'Repairing',
  'phase.recovering': 'Recovering',
  'phase.closed': 'Over',
  'phase.reviewed': 'Reviewed',

  'check.title': 'Check us',
  'check.intro':
    'You need not believe this page. What it says comes from facts in a log that can only grow and is signed as a whole. Your browser can check both, here, without trusting our server.',
  'check.origin': 'Log',
  'check.size': 'Size',
  'check.sizeValue': '{{size}} facts',
  'check.key': 'Verifier key',
  'check.keyHint': 'Compare it with the key printed in our documents: a server that lies would show its own.',
  'check.checkpoint': 'Signed checkpoint',
  'check.own': 'With your own tools: this is a C2SP tlog-tiles log; {{command}} checks all of it.',

  'growth.title': 'Has the log only grown?',
  'growth.reading': 'Checking…',
  'growth.empty': 'The log is still empty.',
  'growth.first':
    'First visit: this browser now remembers the log at {{size}} facts and will compare at every later visit.',
  'growth.same': 'Unchanged since your last look ({{size}} facts, {{time}}).',
  'growth.grown':
    'Yes. {{from}} facts seen {{time}} are all still there, unchanged, below the present {{to}}.',
  'growth.rewritten': 'The log was rewritten',
  'growth.rewrittenBody':
    'What this browser saw {{time}} ({{from}} facts) is not contained in what is shown now ({{to}} facts). An honest log cannot do this. Keep both signed checkpoints below: together they are evidence.',
  'growth.shorter': 'The log became shorter',
  'growth.shorterBody':
    'This browser saw {{from}} facts {{time}}; now there are only {{to}}. An honest log cannot lose facts. Keep both signed checkpoints below: together they are evidence.',
  'growth.otherKey': 'The log is signed by another key than before',
  'growth.otherKeyBody':
    'Since your visit {{time}} the key changed. If nobody announced that, do not trust this page.',
  'growth.simulated':
    'This is a simulation: a new replay starts a new log, and then this message is to be expected.',
  'growth.failed': 'It could not be checked: {{reason}}',
  'growth.notice': 'This page contradicts what this browser saw of the log before.',
  'growth.noticeLink': 'See why',
  'growth.before': 'Seen before',
  'growth.now': 'Shown now',
  'growth.forget': 'Forget what was seen and start anew',
  'growth.again': 'Check again',

  'facts.title': 'Disclosed facts',
  'facts.none': 'Nothing has been disclosed yet.',
  'facts.verify': 'Verify in this browser',
  'facts.verifying': 'Verifying…',
  'facts.again': 'Verify again',
  'facts.good': 'Verified in this browser',
  'facts.bad': 'Not verified',
  'facts.whole': 'The fact, as it was recorded',
  'facts.outside': 'Fact {{seq}} is older than this list; it can still be verified.',
  'fact.incidents.Declared': 'Incident declared',
  'fact.incidents.SeverityChanged': 'Severity changed',
  'fact.incidents.PhaseReached': 'Phase reached',
  'fact.incidents.Reopened': 'Incident reopened',

  'step.fetch': 'Disclosure fetched',
  'step.fetch.how': 'Fact, salt, inclusion proof and checkpoint came from the server.',
  'step.parse': 'Well formed',
  'step.parse.how': 'It is one disclosure in canonical form, about fact {{seq}}.',
  'step.signature': 'Signature of the checkpoint',
  'step.signature.how': 'Ed25519 by the verifier key above, over {{size}} facts of {{origin}}.',
  'step.bytes': 'Bytes of the fact',
  'step.bytes.how': 'Salt and bytes hash to the entry that the public log holds at this place ({{hash}}…).',
  'step.inclusion': 'Inclusion in the log',
  'step.inclusion.how': '{{count}} hashes lead from the entry to the signed root.',
  'step.same': 'The same log that this browser remembers',
  'step.same.how':
    'The checkpoint of the proof and the one remembered here ({{size}} facts) are one history.',
  'step.skipped': 'not reached',
  'step.pass': 'holds',
  'step.fail': 'fails',
  'hash.wasm': 'SHA-256: hash-wasm (WebAssembly)',
  'hash.plain': 'SHA-256: @noble/hashes (plain JavaScript)',
} as const;

export type Key = keyof typeof en;
