import { demoExample } from '@/i18n/demo-questions'

export const lab = {
  title: '連線實驗室',
  intro:
    '問一個問題，然後在回答進行中切斷或拖慢自己的連線，或再開一條連線。每個文字片段都有編號，頁面會從已收到的編號接續，所以不會遺漏，也不會重複。離開這一頁後，這段對話會自動刪除。',
  question: '問題',
  example: '請寫一篇介紹海洋的長文，分成十段。',
  demoExample,
  ask: '提問',
  stop: '停止回答',
  controls: '連線 {{number}} 的操作',
  cut: '切斷',
  slow: '拖慢',
  second: '再開一條連線',
  connection: '連線 {{number}}',
  answer: '連線 {{number}} 收到的回答',
  states: {
    connecting: '連線中…',
    open: '已連線',
    waiting: '已斷線，正在重試…',
    queued: '等候中：其他分頁正在使用所有連線…',
    closed: '已關閉',
  },
  position: '目前位置',
  positionOf: '第 {{run}} 段・第 {{seq}} 號',
  numbers: {
    deltas: '收到的片段',
    frames: '訊框',
    reconnects: '重新連線',
    resets: '重設',
    gaps: '缺號',
    repeats: '重複',
  },
  same: '兩條連線的文字完全相同。',
  events: '事件紀錄',
  event: {
    opened: '連線 {{number}} 已開啟，從第 {{seq}} 號開始。',
    lost: '連線 {{number}} 在第 {{seq}} 號斷線。',
    resumed: '連線 {{number}} 已恢復，從第 {{seq}} 號接續。',
    ended: '連線 {{number}} 已收到回答的結尾，最後是第 {{seq}} 號。',
  },
  failed: '無法取得回答，請再試一次。',
}
