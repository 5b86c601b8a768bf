/** 準備資産の証明に関する文言。表示するときに取得する。 */
import type { enReserves } from './en-reserves.ts';

export const jaReserves: Readonly<Record<keyof typeof enReserves, string>> = {
  'reserves.title': '準備資産の証明',
  'reserves.intro':
    'ある一時点における、資産ごとのお客様への債務と保有額です。全残高をまとめたルートは公開ログに記録されており、誰に対しても同じものが示されます。数字を信じていただく必要はありません。ご自身の残高の確認、全リストの再集計、開示の検証を、以下でこのブラウザーが行います。',
  'reserves.introPrivate':
    'ある一時点における、資産ごとのお客様への債務と保有額です。全残高をまとめたルートは公開ログに記録されており、誰に対しても同じものが示されます。数字を信じていただく必要はありません。ご自身の残高、合計の証明、開示の検証を、以下でこのブラウザーが行います。',
  'reserves.epoch': '基準期 {{epoch}}',
  'reserves.newest': '最新',
  'reserves.customers': 'お客様 {{count}} 名',
  'reserves.fact': '事実 {{seq}}: ルート',
  'reserves.factSolvency': '事実 {{seq}}: 支払能力の開示',
  'reserves.owedTo': 'お客様への債務',
  'reserves.owedBy': 'お客様からの債権',
  'reserves.neverNetted': '併記し、差し引きません',
  'reserves.held': '保有',
  'reserves.heldNothing': '何も示されていません',
  'reserves.signed': '署名により証明',
  'reserves.attested': '保管機関の言明のみ',
  'reserves.unproved': '証明なし',
  'reserves.ratio': '債務に対する保有',
  'reserves.ratioSigned': '署名による証明分: {{ratio}}',
  'reserves.units': '最小単位',
  'reserves.private':
    '秘匿方式: 合計以外の金額はすべて秘匿されるため、足し直す一覧はありません。お客様がそれぞれ自分の経路を検証します。',
  'reserves.notStated': '表明なし',
  'reserves.missing': '不足しているもの',
  'reserves.missingNone': '不足はありません。全資産で、債務の全額が署名により証明されています。',
  'reserves.missing.statement':
    '保有額の開示はまだありません。債務が裏付けられていることは、ここでは何も示されていません。',
  'reserves.missing.proof': '{{asset}}: 準備資産の証明がありません。保有は何も示されていません。',
  'reserves.missing.short': '{{asset}}: 保有の合計が債務を下回っています。',
  'reserves.missing.signed': '{{asset}}: 署名により証明されているのは債務の {{ratio}} のみです。',
  'reserves.missing.attested': '{{asset}}: 一部は保管機関の言明のみに依拠しています。',
  'reserves.missing.unproved':
    '{{asset}}: 一部は誰も証明していないか、コントラクトのチェーン上の応答のみに依拠しています。',
  'reserves.earlier': '過去の基準期({{count}})',

  'odds.title': '漏れに気付く確率',
  'odds.intro':
    'リストから漏れたお客様がいれば、その方が確認したときに判明します。確認する方が多いほど、気付かれずに除外できる人数は減ります。誰が確認するかを当社が事前に知ることはできません。',
  'odds.assumed': '仮に除外された人数',
  'odds.one': '1 名',
  'odds.share': '全体の {{share}}({{count}} 名)',
  'odds.now':
    'これまでにお客様 {{customers}} 名に対し {{checks}} 件のファイルが取得されました。同数の確認が行われた場合、{{omitted}}の除外に気付く確率は {{probability}} です。',
  'odds.needed': '99 % の確率で気付くには、{{needed}} 件の確認が必要です。',
  'odds.hint':
    '取得件数は当社の集計であり、取得されたファイルが必ず確認されたとは限りません。計算は、確認する方が全体から偏りなく選ばれることを前提とします。',

  'counted.title': '私の残高は含まれているか',
  'counted.intro':
    'お客様の口座画面からファイルを取得し、ここにドロップしてください。内容はどこにも送信されません。計算はすべてこのブラウザー内で行われ、通信はログの公開部分の読み込みのみです。',
  'counted.drop': 'ファイルをここにドロップ、または',
  'counted.choose': 'ファイルを選択',
  'counted.paste': '内容を貼り付ける',
  'counted.pasteLabel': 'ファイルの内容',
  'counted.chosen': 'ファイル: {{name}}',
  'counted.pasted': '貼り付けた内容',
  'counted.customer': 'お客様番号(任意)',
  'counted.customerHint': 'ファイル以外でご存じの番号を入力すると、他人のファイルであれば分かります。',
  'counted.balances': 'ご存じの残高(任意)',
  'counted.balancesHint':
    '基準期 {{epoch}}、{{time}} 時点の残高です。空欄の資産は照合しません。残高がない場合は 0 と入力してください。「最小単位」とある資産は最小単位で入力します。',
  'counted.owedTo': 'お客様への債務',
  'counted.owedBy': 'お客様からの債権',
  'counted.amountBad': '数字で入力してください(小数は {{decimals}} 桁まで)。',
  'counted.check': 'このブラウザーで確認',
  'counted.checking': '確認しています…',
  'counted.good': '含まれています',
  'counted.bad': '確認できません',
  'counted.goodFor':
    'お客様 {{customer}} は、基準期 {{epoch}} に以下の金額どおりに含まれており、その額は上記の合計の一部です。',
  'counted.isItYou':
    'このファイルはお客様 {{customer}} のものと記載されています。ご本人でない場合、あなたについては何も示されません。',
  'counted.notCompared': 'ご存じの残高と照合していない資産: {{assets}}。ご自身で見比べてください。',
  'counted.older':
    'これは基準期 {{epoch}} のファイルです。最新は {{newest}} です。新しいファイルを取得してください。',
  'counted.ofTotal': '全体 {{total}} のうち',
  'counted.tooLarge':
    'このファイルは {{size}} MB です。お客様のファイルは最大 {{max}} MB であり、別のファイルと思われます。',

  'counted.file': 'ファイル',
  'counted.file.how': '基準期 {{epoch}} についての、所定の形式のお客様ファイルです。',
  'counted.key': 'ログの鍵',
  'counted.key.how': 'ファイルの鍵は、このページが知る鍵と一致します。',
  'counted.log': 'ログ内のルート',
  'counted.log.how':
    '事実 {{seq}} は、その鍵で署名された {{origin}} のログ({{size}} 件)に含まれ、この基準期のルートを記録しています。立会人の連署: {{witnesses}}。',
  'counted.same': 'このブラウザーが記憶するログとの同一性',
  'counted.same.how':
    'ファイルのチェックポイントと、閲覧時に記憶したチェックポイント({{size}} 件)は一つの履歴です。',
  'counted.listed': '誰にでも示される基準期',
  'counted.listed.how': 'このページの基準期 {{epoch}} のルートも同じです({{root}}…)。',
  'counted.statement': '全資産の合計',
  'counted.statement.how': 'ファイル内の {{count}} 資産の合計のハッシュが、ログのルートと一致します。',
  'counted.person': 'ご本人のファイル',
  'counted.person.how': 'お客様 {{customer}} のファイルです。',
  'counted.leaf': 'お客様の葉',
  'counted.leaf.how': '{{count}} 個の葉に、お客様 {{customer}} の秘密値でのみ作れる印があります。',
  'counted.path': 'ルートへの経路',
  'counted.path.how': '{{count}} 個の葉のそれぞれから、ハッシュをたどって資産のルートに到達します。',
  'counted.sums': '経路上の合計',
  'counted.sums.how':
    '{{count}} 資産のすべての経路で、金額の合計が開示された合計と一致します。二重に数えられた葉はありません。',
  'counted.engine': '検証エンジン',
  'counted.engine.how': 'ゼロ知識証明の検証エンジンがこのブラウザーで動作しています。',
  'counted.hidden': '証明された合計への算入',
  'counted.hidden.how':
    '{{count}} 件の資産で、お客様の葉はその金額を保持して根に至り、隣に負の値はなく、合計は証明されています。',
  'counted.balance': 'ご存じの残高',
  'counted.balance.how': '{{count}} 資産について、入力された金額と完全に一致します。',

  'why.title': 'この結果の意味',
  'why.file.bad-json':
    'お客様のファイルではありません(JSON として読み取れません)。ファイルを取得し直し、開かずにそのままドロップしてください。',
  'why.file.bad-liabilities':
    '別の種類のファイルか、編集されたファイルです。口座画面から取得し直してください。',
  'why.key.bad-key':
    'このファイルは別の鍵のログに属します。他の取引所のものか、ログが差し替えられた可能性があります。どちらかを信じる前に、鍵を当社の文書と照合してください。',
  'why.log.liabilities-epoch':
    'お客様に関する部分とログに関する部分で、基準期(または取引所)が異なります。二つのファイルをつなぎ合わせたものです。',
  'why.log.bad-disclosure': 'ファイルのうちログに関する部分が、改変されたか破損しています。',
  'why.same.bad-checkpoint':
    'このファイルが示すログの履歴は、このブラウザーが以前に確認したものと異なります。ファイルを保存してください。このブラウザーの記憶と合わせて証拠になります。',
  'why.same.bad-key': 'このブラウザーが記憶しているログは、別の鍵のものです。',
  'why.listed.liabilities-epoch':
    'このページの一覧にない基準期のファイルです。ページから除かれているか、ファイルが当社のものではありません。ファイルを保存のうえ、お問い合わせください。',
  'why.listed.liabilities-root':
    'ログに記録されたお客様のファイルのルートと、このページが示すルートが異なります。一つの時点について二つの説明があることになります。ファイルを保存してください。証拠になります。',
  'why.statement.liabilities-root':
    'ファイル内の合計が、ログに記録されたものと異なります。合計が改変されたか、別の基準期のものです。',
  'why.person.liabilities-leaf':
    '他のお客様のファイルです。あなたについては何も示されません。ご自身のファイルを取得してください。',
  'why.leaf.liabilities-leaf':
    'ファイル内の葉は、このお客様と秘密値のものではありません。別人のファイルをつなぎ合わせたか、編集されています。',
  'why.leaf.liabilities-balance': '開示にない資産が、ファイルに含まれています。',
  'why.path.liabilities-root':
    '金額またはその隣のハッシュが改変されています。この金額のままでは、ログに記録されたものの一部ではありません。',
  'why.path.liabilities-balance': '開示にない資産が、ファイルに含まれています。',
  'why.engine.other':
    'このブラウザーでは検証エンジン(WebAssembly)を読み込めないか実行できません。何も示されていません。別のブラウザーか、コマンドラインの sonae verify をお試しください。',
  'why.hidden.liabilities-leaf':
    'ファイルの葉は、このお客様番号と秘密値のものではありません。別々の方のファイルを合わせたか、書き換えられています。',
  'why.hidden.liabilities-root': '経路がログの根に至りません。金額か、隣のハッシュが変えられています。',
  'why.hidden.liabilities-range':
    '隣の値が0以上であると示されていません。隠された負の値は合計を小さく見せます。ファイルを保管してください。証拠になります。',
  'why.hidden.liabilities-sum':
    '合計が、お客様の経路の至る値であると証明されていません。ファイルを保管してください。証拠になります。',
  'why.hidden.liabilities-balance':
    'お客様の葉がファイルの金額を保持すると示されていないか、表明にない資産が数えられています。',
  'why.liabilities-range': 'ある金額が0以上であると示されていません。',
  'why.balance.liabilities-balance':
    '含まれてはいますが、ご存じの金額と異なります。まず基準時点と未約定の注文をご確認ください。それでも異なる場合は、ファイルを保存のうえお問い合わせください。証拠になります。',
  'why.liabilities-epoch': '別の基準期、または別の取引所のものです。',
  'why.liabilities-root': 'ハッシュが公開されたルートに到達しません。何かが改変されています。',
  'why.liabilities-leaf': 'このお客様の葉ではないか、二重に数えられています。',
  'why.liabilities-balance': '開示にない資産が含まれています。',
  'why.liabilities-sum': '金額の合計が、公開された合計と一致しません。除外または隠蔽されたものがあります。',
  'why.bad-json': '所定の形式の JSON ではありません。編集されたか破損しています。',
  'why.bad-encoding': 'ハッシュまたは数値が所定の形式ではありません。編集されたか破損しています。',
  'why.bad-liabilities': '一部が公開された形式に従っていません。',
  'why.bad-disclosure': 'ログへの包含の証明が、改変されたか破損しています。',
  'why.bad-proof': 'この事実は、署名付きチェックポイントのログに含まれていません。',
  'why.bad-signature': '署名が成立しません。当社の鍵によるものではないか、内容が改変されています。',
  'why.bad-note': 'チェックポイントに、このページが知る鍵の署名がありません。',
  'why.bad-checkpoint': 'ログのチェックポイントが所定の形式ではないか、別のログのものです。',
  'why.bad-key': 'このページが知る鍵ではありません。',
  'why.bad-reserves': '準備資産の開示が所定の形式ではありません。',
  'why.bad-solvency': '支払能力の開示が所定の形式ではないか、ログに記録がありません。',
  'why.bad-argument': '形式の許す範囲にない値が含まれています。',
  'why.too-large': '形式の許す大きさを超えています。別のものと思われます。',
  'why.other': '読み込めませんでした。正しいかどうかは分かりません。再度お試しください。',

  'list.title': '全リストを再集計する',
  'list.intro':
    '全残高のリストは、氏名なしで公開されています。各行には本人だけが見分けられる印があり、残高は分割されています。このブラウザーが全件を取得し、負の値がないことを確かめて合計し、合計とルートをログと照合します。',
  'list.asset': '資産',
  'list.leaves': '葉 {{leaves}} 個、{{size}} MB',
  'list.start': 'このブラウザーで集計',
  'list.cancel': '中止',
  'list.cancelled': '中止しました。何も示されていません。',
  'list.progress': '{{all}} 個中 {{done}} 個',
  'list.withOwn': '上のファイルを使い、お客様の葉も同時に探します。',
  'list.withoutOwn': '先に上でファイルをドロップすると、お客様の葉も探します。',
  'list.otherEpoch': 'お客様のファイルは別の基準期のものであるため、葉の検索は行いません。',
  'list.good': '合計は一致しました',
  'list.sum':
    '葉 {{leaves}} 個の合計は、お客様への債務 {{credit}}、お客様からの債権 {{debt}} で、開示と完全に一致します。',
  'list.own':
    'うちお客様の分: お客様への債務 {{credit}}、お客様からの債権 {{debt}}(葉 {{parts}} 個)。ファイルと一致します。',
  'list.ownNone': 'お客様の葉はありません。ファイルにもこの資産は含まれていません。',
  'list.logged': 'ログ内のルート',
  'list.logged.how': '事実 {{seq}} がこの基準期のルートを記録しており、このページの表示と同じです。',
  'list.statement': '合計の開示',
  'list.statement.how': '合計の開示のハッシュが、そのルートと一致します。',
  'list.read': '全リスト',
  'list.read.how': '葉 {{leaves}} 個をすべて読み、合計とルートが開示と一致しました。',
  'list.own.title': 'お客様の葉',
  'list.own.how': 'ファイルにある {{parts}} 個の葉が、同じ金額でリストに含まれています。',

  'solvency.title': '支払能力の開示',
  'solvency.intro':
    '債務と保有を並べた、署名付きの一つの文書です。署名、ログに記録された文書との一致、そして当社を信頼せずに行えるすべての検証を、このブラウザーが行います。',
  'solvency.none': 'この基準期については公開されていません。',
  'solvency.check': 'このブラウザーで検証',
  'solvency.checking': '検証しています…',
  'solvency.failed': '検証できませんでした',
  'solvency.holds': '成立',
  'solvency.fails': '不成立',
  'solvency.open': 'ここでは未検証',
  'solvency.summary': '成立 {{holds}} 件、不成立 {{fails}} 件、ここでは未検証 {{open}} 件。',
  'solvency.ofReserves': '{{asset}} の準備資産',
  'solvency.addresses': '{{asset}}: 署名のないアドレス {{count}} 件',
  'solvency.contract':
    '{{asset}}: {{address}} は、事業者が {{chain}} のブロック {{height}}（{{hash}}）でチェーン上で確認したものです。当該ブロックでのチェーンの応答であり、オフラインでは再計算できません。ノードがあればコントラクトに再確認できます。',
  'solvency.contractsMore': '{{asset}}: ほか {{count}} 件のコントラクトも同様に事業者がチェーン上で確認',
  'solvency.custodians': '{{asset}}: {{names}} の言明のみ',
  'solvency.openHint':
    '「ここでは未検証」の項目には、各チェーンのノード、乱数ビーコンの回答、立会人の時刻など、このページにないものが必要です。お持ちの方は、同じ文書を @sonae/proof で検証できます。',
  'solvency.text': '署名された文書',
  'solvency.reserves': '準備資産の開示 {{digest}}…',
};
