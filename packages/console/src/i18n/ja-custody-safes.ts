/** カストディの Safe の文言(日本語)。画面と一緒に読み込まれる。 */
import type { enCustodySafes } from './en-custody-safes.ts';
import type { JapaneseOf } from './japanese.ts';

export const jaCustodySafes: JapaneseOf<typeof enCustodySafes> = {
  'askTransfer.nonceRead': 'Safe が未実行で、申請中でもない最初の番号。',
  'inventory.evmAddress': 'EVM のアカウント',
  'inventory.evmAddressHint': 'Safe の所有者として署名するアドレス。空欄は未登録。',
  'inventory.contract': 'アドレスの種類',
  'inventory.contract.none': 'アカウント',
  'inventory.contract.safe': 'Safe(所有者と実装をチェーンから読み取る)',
  'inventoryChange.safe-state': 'Safe の状態',
  'custody.safes': 'Safe',
  'custody.safeUnread': 'まだ読み取られていません。',
  'custody.safeReadAt': '読み取ったブロック',
  'custody.safeOwners': '所有者',
  'custody.safeThreshold': '{{owners}} 中 {{threshold}} の署名が必要',
  'custody.safeModules': 'モジュール',
  'custody.safeGuards': 'ガード、モジュールガード',
  'custody.safeHandler': 'フォールバックハンドラー',
  'custody.safeSingleton': '実装(singleton)',
  'custody.safeNonce': '次のノンス',
  'custody.safeNonceUsed': 'このノンスは Safe で実行済みです(現在 {{nonce}})。',
  'custody.safeSame': '現在の基準からの変更はありません。',
  'custody.safeIsRead': 'Safe はこの状態で読み取られています。',
  'custody.safeNotRead': 'Safe はまだこの状態ではありません。今後の変更として7日間有効です。',
  'custody.safeAwaited': '承認済みの変更の期限',
  'custody.safeConfirmed': '承認済みの状態',
  'custody.safeNew': '未承認',
  'custody.safeFound': '指摘 {{count}} 件',
  'custody.safeAccept': 'この状態を承認に回す',
  'custody.safeAcceptLead':
    '読み取られた状態が意図したものであると申告します。各行を決定内容と照合してください。別の者の承認が必要です。',
  'custody.none': 'なし',
  'refused.custody.nonce-used': 'このノンスは Safe で実行済みです。',
  'refused.custody.nonce-used.fix': '次の空きノンスで改めて申請してください。',
  'control.custody.safe-state': 'Safe の状態',
  'control.custody.safes-read': 'Safe の監視',
};
