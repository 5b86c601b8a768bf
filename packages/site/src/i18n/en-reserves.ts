/** English texts of the section about reserves. Fetched with it. */
export const enReserves = {
  'reserves.title': 'Reserves',
  'reserves.intro':
    'What we owe to customers and what we hold, asset by asset, at one moment. The root over all balances stands in the public log, so everybody is shown the same one. Nobody has to believe the numbers: below, this browser checks your own balance, adds the whole list up again and verifies the statement.',
  'reserves.introPrivate':
    'What we owe to customers and what we hold, asset by asset, at one moment. The root over all balances stands in the public log, so everybody is shown the same one. Nobody has to believe the numbers: below, this browser checks your own balance, that the totals are proved, and the statement.',
  'reserves.epoch': 'Epoch {{epoch}}',
  'reserves.newest': 'newest',
  'reserves.customers': '{{count}} customers',
  'reserves.fact': 'Fact {{seq}}: root',
  'reserves.factSolvency': 'Fact {{seq}}: statement of solvency',
  'reserves.owedTo': 'Owed to customers',
  'reserves.owedBy': 'Owed by customers',
  'reserves.neverNetted': 'shown beside it, never taken off',
  'reserves.held': 'Held',
  'reserves.heldNothing': 'nothing is shown',
  'reserves.signed': 'proved by signatures',
  'reserves.attested': 'on a custodian’s word',
  'reserves.unproved': 'not proved',
  'reserves.ratio': 'Held against owed',
  'reserves.ratioSigned': 'proved by signatures: {{ratio}}',
  'reserves.units': 'smallest units',
  'reserves.private':
    'Private mode: every amount but the totals is hidden, so there is no list to add up. Each customer checks their own path.',
  'reserves.notStated': 'not stated',
  'reserves.missing': 'What is missing',
  'reserves.missingNone':
    'The statement leaves nothing open: every asset is proved by signatures for all that is owed.',
  'reserves.missing.statement':
    'There is no statement of what is held yet. Nothing here shows that what is owed is covered.',
  'reserves.missing.proof': '{{asset}}: no proof of reserves. Nothing is shown to be held for it.',
  'reserves.missing.short': '{{asset}}: what is held in all is less than what is owed.',
  'reserves.missing.signed': '{{asset}}: only {{ratio}} of what is owed is proved by signatures.',
  'reserves.missing.attested': '{{asset}}: a part rests on a custodian’s word.',
  'reserves.missing.unproved':
    '{{asset}}: a part is proved by nobody, or rests on what a contract said on its chain.',
  'reserves.earlier': 'Earlier epochs ({{count}})',

  'odds.title': 'How an omission is noticed',
  'odds.intro':
    'A customer who is left out is noticed when that customer checks. The more customers check, the less can be left out without being noticed. The firm can not tell in advance who will.',
  'odds.assumed': 'Suppose it left out',
  'odds.one': '1 customer',
  'odds.share': '{{share}} of customers ({{count}})',
  'odds.now':
    'So far {{checks}} files of {{customers}} customers were fetched. With as many checks, leaving out {{omitted}} would be noticed with a probability of {{probability}}.',
  'odds.needed': 'To notice it with 99 % probability, {{needed}} checks are needed.',
  'odds.hint':
    'The number of files fetched is the firm’s own count, and a file fetched is not always a file checked. The calculation assumes that those who check are drawn evenly from all customers.',

  'counted.title': 'Am I counted?',
  'counted.intro':
    'Fetch your file from your account and drop it here. Nothing of it is sent anywhere: everything is computed in this browser, which only reads public parts of the log.',
  'counted.drop': 'Drop your file here, or',
  'counted.choose': 'choose it',
  'counted.paste': 'Paste the contents instead',
  'counted.pasteLabel': 'Contents of the file',
  'counted.chosen': 'File: {{name}}',
  'counted.pasted': 'pasted text',
  'counted.customer': 'Your customer number (optional)',
  'counted.customerHint': 'As you know it from elsewhere: then a file of somebody else is noticed.',
  'counted.balances': 'What you know (optional)',
  'counted.balancesHint':
    'At {{time}}, in epoch {{epoch}}. What you leave empty is not compared; write 0 for nothing. Amounts of assets marked so are in smallest units.',
  'counted.owedTo': 'owed to you',
  'counted.owedBy': 'owed by you',
  'counted.amountBad': 'Write digits, with at most {{decimals}} after the point.',
  'counted.check': 'Check in this browser',
  'counted.checking': 'Checking…',
  'counted.good': 'You are counted',
  'counted.bad': 'Not shown',
  'counted.goodFor':
    'Customer {{customer}} is counted in epoch {{epoch}} with exactly the amounts below, and they are part of the sums above.',
  'counted.isItYou':
    'The file says that it is of customer {{customer}}. If that is not you, this shows nothing about you.',
  'counted.notCompared': 'Not compared with what you know: {{assets}}. Compare them yourself.',
  'counted.older': 'This is about epoch {{epoch}}. The newest epoch is {{newest}}; fetch a new file for it.',
  'counted.ofTotal': 'of {{total}} in all',
  'counted.tooLarge':
    'This file has {{size}} MB. A customer’s file has at most {{max}} MB: it is another one.',

  'counted.file': 'The file',
  'counted.file.how': 'A customer’s file in its one strict form, about epoch {{epoch}}.',
  'counted.key': 'Key of the log',
  'counted.key.how': 'The file names the key that this page knows.',
  'counted.log': 'Root in the log',
  'counted.log.how':
    'Fact {{seq}} is in the log of {{origin}} with {{size}} facts, signed with that key, and holds the root of this epoch. Cosigned by witnesses: {{witnesses}}.',
  'counted.same': 'The same log that this browser remembers',
  'counted.same.how': 'Both checkpoints, of the file and of your visits ({{size}} facts), are one history.',
  'counted.listed': 'The epoch that everybody is shown',
  'counted.listed.how': 'This page lists epoch {{epoch}} with the same root ({{root}}…).',
  'counted.statement': 'Sums of all assets',
  'counted.statement.how': 'The sums of {{count}} assets in the file hash to the root in the log.',
  'counted.person': 'Made for you',
  'counted.person.how': 'The file is of customer {{customer}}.',
  'counted.leaf': 'Your leaves',
  'counted.leaf.how': '{{count}} leaves carry marks that only customer {{customer}}’s secret makes.',
  'counted.path': 'Paths to the root',
  'counted.path.how': 'Each of the {{count}} leaves leads, hash by hash, to the root of its asset.',
  'counted.sums': 'Added up on the way',
  'counted.sums.how':
    'Along every path the amounts add up to the stated sums, in {{count}} assets; no leaf counts twice.',
  'counted.engine': 'Engine',
  'counted.engine.how': 'The engine for zero-knowledge proofs runs in this browser.',
  'counted.hidden': 'Counted in the proved total',
  'counted.hidden.how':
    'In {{count}} assets: your leaf holds your amount and leads to the root, nothing beside it is negative, and the total is proved.',
  'counted.balance': 'The amounts you know',
  'counted.balance.how': 'What is counted for you is exactly what you wrote, for {{count}} assets.',

  'why.title': 'What this means',
  'why.file.bad-json':
    'This is not a customer’s file: it is not even JSON. Fetch the file again and drop it unopened.',
  'why.file.bad-liabilities':
    'This is another kind of file, or it was edited. Fetch your file again from your account.',
  'why.key.bad-key':
    'The file belongs to a log with another key: to another exchange, or to a log that was replaced. Compare the key with our documents before you believe either.',
  'why.log.liabilities-epoch':
    'The part of the file about you is of one epoch (or exchange), the part about the log of another. The file was put together from two.',
  'why.log.bad-disclosure': 'The part of the file about the log was changed, or it is damaged.',
  'why.same.bad-checkpoint':
    'The file shows another history of the log than the one this browser saw. Keep the file: together with what this browser remembers it is evidence.',
  'why.same.bad-key': 'This browser remembers a log with another key.',
  'why.listed.liabilities-epoch':
    'The file is about an epoch that this page does not list. Either the page leaves it out, or the file was never valid here. Keep the file and ask us.',
  'why.listed.liabilities-root':
    'This page shows others another root for this epoch than your file has in the log: two stories about one moment. Keep the file, it is evidence.',
  'why.statement.liabilities-root':
    'The sums in the file are not those that the log holds: a total was changed, or it is of another epoch.',
  'why.person.liabilities-leaf':
    'This is the file of somebody else. It shows nothing about you. Fetch your own.',
  'why.leaf.liabilities-leaf':
    'The leaves in the file are not those of this customer and secret: it is pieced together from files of different people, or it was edited.',
  'why.leaf.liabilities-balance': 'The file counts an asset for you that the statement does not know.',
  'why.path.liabilities-root':
    'An amount, or a hash beside it, was changed: with these amounts you are not part of what stands in the log.',
  'why.path.liabilities-balance': 'The file counts an asset for you that the statement does not know.',
  'why.engine.other':
    'This browser could not load or run the engine (WebAssembly). Nothing was shown; try another browser, or sonae verify on the command line.',
  'why.hidden.liabilities-leaf':
    'The leaf in the file is not of this customer and secret: it is pieced together from files of different people, or it was edited.',
  'why.hidden.liabilities-root':
    'The path does not lead to the root in the log: an amount or a hash beside it was changed.',
  'why.hidden.liabilities-range':
    'Something beside you is not shown to be zero or more. Hidden negative amounts make a total too small. Keep the file, it is evidence.',
  'why.hidden.liabilities-sum':
    'The total is not proved to be what your path leads to. Keep the file, it is evidence.',
  'why.hidden.liabilities-balance':
    'Your leaf is not shown to hold the amount that the file names, or the file counts an asset that the statement does not know.',
  'why.liabilities-range': 'An amount is not shown to be zero or more.',
  'why.balance.liabilities-balance':
    'You are counted, but with another amount than you know. Mind the moment of the epoch and open orders first. If it still differs: keep the file and ask us, it is evidence.',
  'why.liabilities-epoch': 'This is about another epoch or another exchange.',
  'why.liabilities-root': 'The hashes do not lead to the published root: something was changed.',
  'why.liabilities-leaf': 'A leaf is not this customer’s, or it counts twice.',
  'why.liabilities-balance': 'An asset is counted that the statement does not know.',
  'why.liabilities-sum': 'The amounts do not add up to the published sums: something was left out or hidden.',
  'why.bad-json': 'The text is not JSON in its one strict form: it was edited or damaged.',
  'why.bad-encoding': 'A hash or number in it is not in its one strict form: it was edited or damaged.',
  'why.bad-liabilities': 'A part of it is not in the published format.',
  'why.bad-disclosure': 'The proof that the fact is in the log was changed or is damaged.',
  'why.bad-proof': 'The fact is not in the log under the signed checkpoint.',
  'why.bad-signature':
    'A signature does not hold: it was not made with the firm’s key, or the text was changed.',
  'why.bad-note': 'The checkpoint is not signed with the key that this page knows.',
  'why.bad-checkpoint': 'The checkpoint of the log is not in its format or is of another log.',
  'why.bad-key': 'The key is not the one that this page knows.',
  'why.bad-reserves': 'A statement of reserves is not in its format.',
  'why.bad-solvency': 'The statement of solvency is not in its format, or the log holds none.',
  'why.bad-argument': 'A value in it is outside what the format allows.',
  'why.too-large': 'It is larger than the format allows: it is something else.',
  'why.other': 'It could not be read. This says nothing about whether it is right; try again.',

  'list.title': 'Add the whole list up again',
  'list.intro':
    'The list of all balances is public, without names: every leaf carries a mark that only its owner recognises, and balances are cut in pieces. This browser fetches all of it, checks that nothing is negative, adds it up and compares the sum and the root with the log.',
  'list.asset': 'Asset',
  'list.leaves': '{{leaves}} leaves, {{size}} MB',
  'list.start': 'Add up in this browser',
  'list.cancel': 'Cancel',
  'list.cancelled': 'Cancelled. Nothing was shown.',
  'list.progress': '{{done}} of {{all}} leaves',
  'list.withOwn': 'Your leaves will be looked for on the way, by the file above.',
  'list.withoutOwn': 'Drop your file above first, and your own leaves are looked for too.',
  'list.otherEpoch': 'Your file is about another epoch: your leaves are not looked for.',
  'list.good': 'The list adds up',
  'list.sum':
    '{{leaves}} leaves add up to {{credit}} owed to customers and {{debt}} owed by them: exactly what is stated.',
  'list.own':
    'Yours among them: {{credit}} owed to you, {{debt}} owed by you, in {{parts}} leaves, as in your file.',
  'list.ownNone': 'None of them is yours, and your file counts none in this asset.',
  'list.logged': 'Root in the log',
  'list.logged.how': 'Fact {{seq}} holds the root of this epoch, and this page lists the same.',
  'list.statement': 'Statement',
  'list.statement.how': 'The statement of sums hashes to that root.',
  'list.read': 'The whole list',
  'list.read.how': 'All {{leaves}} leaves were read; their sums and their root are the stated ones.',
  'list.own.title': 'Your leaves',
  'list.own.how': 'The list holds the {{parts}} leaves that your file names, with the same amounts.',

  'solvency.title': 'The statement of solvency',
  'solvency.intro':
    'One signed text that sets what is owed beside what is held. This browser verifies the signature, that it is the text in the log, and every check it can make without trusting us.',
  'solvency.none': 'None was published for this epoch.',
  'solvency.check': 'Verify in this browser',
  'solvency.checking': 'Verifying…',
  'solvency.failed': 'Could not be verified',
  'solvency.holds': 'holds',
  'solvency.fails': 'does not hold',
  'solvency.open': 'not checked here',
  'solvency.summary': '{{holds}} hold, {{fails}} do not, {{open}} were not checked here.',
  'solvency.ofReserves': 'Reserves of {{asset}}',
  'solvency.addresses': '{{asset}}: {{count}} addresses without a signature',
  'solvency.contract':
    '{{asset}}: {{address}} was checked on chain by the firm at block {{height}} of {{chain}} ({{hash}}). That is the chain’s word at that block, not recomputable offline; whoever has a node asks the contract again.',
  'solvency.contractsMore': '{{asset}}: {{count}} more contracts, likewise checked on chain by the firm',
  'solvency.custodians': '{{asset}}: on the word of {{names}}',
  'solvency.openHint':
    'Not checked here needs what a page does not have: a node of each chain, the beacon’s own answer, a witness’s time. Whoever has them verifies the same texts with @sonae/proof.',
  'solvency.text': 'The signed text',
  'solvency.reserves': 'Statement of reserves {{digest}}…',
} as const;
