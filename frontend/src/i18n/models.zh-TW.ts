export const effort = {
  pick: '模型思考多少',
  current: '思考程度：{{name}}',
  default: '預設',
  none: '不思考',
  minimal: '極少',
  low: '低',
  medium: '中',
  high: '高',
  xhigh: '最高',
}

export const models = {
  pick: '選擇模型',
  current: '模型：{{name}}',
  unavailable: '目前無法使用',
  none: '沒有可用的模型',
  embeddedText: '目前使用的是伺服器內建的小型示範模型，只懂英文，適合先試試功能，不適合實際使用。',
  embeddedMore: '如何使用真正的模型',
  embeddedHow: '請洽這個站台的管理員：在設定裡就能連接真正的模型服務。',
  embeddedConnect: '連接真正的模型',
  retired: '模型服務已經停用 {{name}}。',
  ending: '模型服務將在 {{date}} 停用 {{name}}。',
  switchTo: '改用 {{name}}',
  and: '・',
  window: '{{count}}K token',
  goodFor: {
    demo: '只供試用，只懂英文',
    code: '適合寫程式',
    thinking: '先思考再回答，適合難題',
    quick: '反應快，適合日常問題',
    allRound: '各種用途都適合',
    long: '適合長文',
    simple: '適合簡單的工作',
  },
  missing: {
    service: '還沒有連接模型服務',
    answer: '模型服務還沒有回應',
    packages: '不支援這台伺服器的系統',
    retired: '模型服務已經停用',
  },
} as const

export const modelService = {
  source: {
    none: '還沒有連接模型服務',
    screen: '已連接的模型服務',
    environment: '由伺服器的環境變數設定',
  },
  noneText:
    '任何相容 OpenAI 的服務都可以，無論是在網際網路上，還是在這台伺服器上。在那之前，只能使用這台伺服器上找到的模型。',
  environmentText:
    '伺服器上已設定 OPENAI_API_KEY 或 OPENAI_BASE_URL，優先於這裡的設定。要更改的話，請在伺服器上修改後重新啟動。',
  keyShown: '金鑰：{{key}}',
  keySet: '已設定',
  keyNone: '無',
  keyLost: '伺服器的 SECRET_KEY 已變更，無法再讀取儲存的金鑰。請重新輸入金鑰。',
  address: '網址',
  addressHint: '例如 https://api.openai.com/v1',
  examples: '常用網址',
  key: 'API 金鑰',
  keyHint: '加密儲存，之後不會再顯示。服務不需要金鑰的話，請留空。',
  keyHintKept: '留空則沿用已儲存的金鑰。',
  save: '測試並儲存',
  trying: '測試中…',
  saved: '模型服務可以使用，已經啟用。',
  remove: '中斷連接',
  removed: '已中斷模型服務，並刪除金鑰。',
} as const
