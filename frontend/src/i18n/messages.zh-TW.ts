export const outbox = {
  sending: '傳送中…',
  noResponse: '已送出，伺服器還沒有回應',
  offline: '恢復連線後會自動送出',
  signedOut: '重新登入後會自動送出',
  unconfirmed: '可能已送達，恢復連線後會確認',
  'behind-tabs': '其他分頁正在使用所有連線，有連線空出來就會送出',
  uploading: '檔案上傳完成後會自動送出',
  'behind-answer': '這則回答結束後會自動送出',
  'behind-others': '上一則訊息送出後會接著送出',
  held: '正在另一個分頁中編輯',
  // `why` ends with a full stop.
  delayed: '{{why}}之後會自動送出。',
  refused: '沒有送出。{{why}}',
  resend: '重新送出',
  edit: '送出前先編輯',
  discard: '取消送出',
  waiting: '{{count}} 則待送出',
  sentUnchanged: '這則訊息已經以原來的內容送出，您修改的內容放在下方的輸入框。',
  moveToNewChat: '把待送出的訊息移到新對話',
}

export const actions = {
  copy: '複製',
  copied: '已複製',
  copyFailed: '無法複製，請手動選取文字。',
  regenerate: '重新產生',
  edit: '編輯',
  editLabel: '編輯訊息',
  sendEdit: '送出修改',
  editDiscarded: '已捨棄修改的內容。',
  continue: '繼續',
  retry: '重試',
  retryWith: '用 {{name}} 重試',
  retryWithLess: '減少思考再重試',
  modelSettings: '模型設定',
  previous: '上一個版本',
  next: '下一個版本',
  version: '第 {{index}} 個版本，共 {{total}} 個',
  more: '更多',
  copyText: '複製為純文字',
  delete: '刪除',
  deleteSure: '確定要刪除這則訊息和之後的所有訊息嗎？',
  otherModel: '用其他模型重新產生',
  group: '訊息操作',
}

export const details = {
  model: '模型',
  prompt: '輸入 token',
  completion: '輸出 token',
  time: '時間',
}

export const ending = {
  stopped: '已停止',
  length: '已達長度上限',
  interrupted: '回答中斷了',
  filtered: '內容被模型服務的過濾機制擋下',
  empty: '模型沒有產生回答',
  thoughtOnly: '模型思考後，沒有產生回答',
  contextDropped: '對話太長，這則回答沒有參考較早的 {{count}} 則訊息。',
  contextDropped_one: '對話太長，這則回答沒有參考較早的 {{count}} 則訊息。',
}
