/** The conversations in the screenshots, in each language. */

interface ScreenTexts {
  username: string
  /** Earlier conversations: their titles, their ages in days, and whether they are pinned. */
  earlier: { title: string; daysAgo: number; isPinned?: boolean }[]
  title: string
  search: string
  /** The query for models. */
  modelSearch: string
  question: string
  answer: string
}

const english: ScreenTexts = {
  username: 'Robin',
  earlier: [
    { title: 'Garden plan for the balcony', daysAgo: 45 },
    { title: 'Cover letter, second draft', daysAgo: 38 },
    { title: 'Why is the sky dark at night?', daysAgo: 19 },
    { title: 'Postgres index that is not used', daysAgo: 12 },
    { title: 'Sourdough that does not rise', daysAgo: 5 },
    { title: 'Notes from the design review', daysAgo: 3 },
    { title: 'Rust lifetimes, step by step', daysAgo: 1 },
    { title: 'Dinner for six without gluten', daysAgo: 1 },
    { title: 'Names for the new cat', daysAgo: 0 },
    { title: 'Reading list', daysAgo: 4, isPinned: true },
    { title: 'Japanese, ten minutes a day', daysAgo: 8, isPinned: true },
  ],
  title: 'Debounce or throttle?',
  search: 'throttle',
  modelSearch: 'gpt mini',
  question: 'What is the difference between debounce and throttle? Show me both in TypeScript.',
  answer: `Both limit how often a function runs. They differ in **when** it runs:

| | runs | good for |
|---|---|---|
| Debounce | once it has been quiet for a while | a search box |
| Throttle | at most once in each interval | scrolling, resizing |

\`\`\`typescript
function debounce<A extends unknown[]>(run: (...args: A) => void, wait: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...args: A) => {
    clearTimeout(timer)
    timer = setTimeout(() => run(...args), wait)
  }
}
\`\`\`

In short: *debounce waits for the end, throttle keeps a rhythm.*`,
}

const chinese: ScreenTexts = {
  username: 'Yi-Chun',
  earlier: [
    { title: '陽台菜園的規劃', daysAgo: 45 },
    { title: '求職信第二版', daysAgo: 38 },
    { title: '為什麼夜空是黑的？', daysAgo: 19 },
    { title: 'PostgreSQL 沒有用到索引', daysAgo: 12 },
    { title: '酸種麵包發不起來', daysAgo: 5 },
    { title: '設計審查會議記錄', daysAgo: 3 },
    { title: '一步一步學 Rust 生命週期', daysAgo: 1 },
    { title: '六人份無麩質晚餐', daysAgo: 1 },
    { title: '幫新來的貓取名字', daysAgo: 0 },
    { title: '閱讀清單', daysAgo: 4, isPinned: true },
    { title: '每天十分鐘日文', daysAgo: 8, isPinned: true },
  ],
  title: '台南三天兩夜小旅行',
  search: '台南',
  modelSearch: '內部 gpt',
  question: '下個月想去台南玩三天兩夜，喜歡老建築和小吃，不開車。可以幫我排行程嗎？',
  answer: `當然可以！不開車的話，市區靠步行、公車和 YouBike 就很方便。建議這樣安排：

| 天數 | 上午 | 下午 | 晚上 |
|---|---|---|---|
| 第一天 | 赤崁樓、祀典武廟 | 神農街散步 | 國華街小吃 |
| 第二天 | 安平古堡、安平樹屋 | 四草綠色隧道 | 花園夜市 |
| 第三天 | 孔廟、國立臺灣文學館 | 林百貨 | 搭車回家 |

**必吃的三樣**

1. **牛肉湯**：清晨現切最鮮，六點就有人排隊。
2. **碗粿**：配一碗魚羹剛剛好。
3. **豆花**：安平的老店，夏天可以加冰。

> 花園夜市只有星期四、六、日營業，出發前請再確認一次日期。`,
}

export const SCREEN_TEXTS = { en: english, 'zh-TW': chinese }

interface FileTexts {
  /** The names of two images. */
  images: readonly [string, string]
  document: { name: string; text: string }
  question: string
  answer: string
}

/** The message with files in the screenshots, in each language. */
export const FILE_TEXTS: Record<'en' | 'zh-TW', FileTexts> = {
  en: {
    images: ['sunset.png', 'harbour.png'],
    document: { name: 'captions.md', text: '# Captions\n\nShort, in the present tense.' },
    question: 'Which of the two fits the cover better? Follow the rules for captions.',
    answer:
      '**sunset.png**: its warm colours lead the eye to the title.\n\nCaption: *The day lets go of the hill.*',
  },
  'zh-TW': {
    images: ['夕陽.png', '港口.png'],
    document: { name: '圖說規則.md', text: '# 圖說\n\n簡短，用現在式。' },
    question: '哪一張比較適合當封面？圖說請照規則寫。',
    answer: '**夕陽.png**：暖色調會把視線帶到標題。\n\n圖說：*一天從山頭慢慢離開。*',
  },
}
