import { expect, test } from 'vitest'
import { mendTail } from '@/markdown/mending/mend-tail'
import { expectMarksHidden, show } from '@/test/markdown'

const wordsIn = (mark: string, text: string) =>
  [...show(text).querySelectorAll(mark)].map((element) => element.textContent)

const BOLD: readonly [string, readonly string[]][] = [
  ['**สำคัญ:**ข้อความ', ['สำคัญ:']],
  ['นี่คือ**(ตัวอย่าง)**ครับ', ['(ตัวอย่าง)']],
  ['**ລາວ:**ຂໍ້ຄວາມ', ['ລາວ:']],
  ['**ខ្មែរ៖**អត្ថបទ', ['ខ្មែរ៖']],
  ['**မြန်မာ၊**စာ', ['မြန်မာ၊']],
  ['**ملاحظة:**نص', ['ملاحظة:']],
  ['و**«كلمة»**ثم', ['«كلمة»']],
  ['**متن!**بعد', ['متن!']],
  ['ה**"מילה"**הזאת', ['"מילה"']],
  ['**הערה:**`code` טקסט', ['הערה:']],
  ['**ध्यान।**यह', ['ध्यान।']],
  ['**বাংলা:**লেখা', ['বাংলা:']],
  ['**한국어(Korean)**은 **"인용"**이라고', ['한국어(Korean)', '"인용"']],
  ['**중요:**내용', ['중요:']],
  ['**Важно:**текст и слово**«цитата»**дальше', ['Важно:', '«цитата»']],
  ['**Ελλάδα:**κείμενο', ['Ελλάδα:']],
  ['**Hinweis:**Text, **(EU)**weit, **„Zitat“**e', ['Hinweis:', '(EU)', '„Zitat“']],
  ['**«Bonjour»**le monde', ['«Bonjour»']],
  ['**Note:**text, **50 €**per', ['Note:', '50 €']],
  ['**價格:**100元，**版本:**v2', ['價格:', '版本:']],
  ['請看**Note:**text', ['Note:']],
  ['**Step *one*:**text', ['Step one:']],
  ['前__「底」__後，__重點：__說明', ['「底」', '重點：']],
  ['**这是**“引用”**重点！**好', ['这是', '重点！']],
  ['**a:**\u200bb', ['a:']],
  ['**👍**text', ['👍']],
  ['## **หัวข้อ:**ก', ['หัวข้อ:']],
  ['[**Важно:**ссылка](https://example.com)', ['Важно:']],
  ['1. **خطوة:**نص\n   - **ثانية:**نص', ['خطوة:', 'ثانية:']],
  ['含**「重點」**內容', ['「重點」']],
  ['* **重點：**先備份。', ['重點：']],
  ['前**《書名》**後', ['《書名》']],
  ['**「甲」**和**「乙」**。', ['「甲」', '「乙」']],
]

test.each(BOLD)('exactly the words between the stars of %j are bold', (text, words) => {
  expect(wordsIn('strong', text)).toEqual(words)
  expect(show(text).textContent).not.toMatch(/\*|__/)
})

test.each(BOLD)('no state of %j shows stars while it is written', (text) => {
  expectMarksHidden(text, /\*|__/)
})

test.each([
  ['em', '*«А»*б, ไทย*เอียง:*ไทย, _重點：_說明', ['«А»', 'เอียง:', '重點：']],
  ['del', '~~สำคัญ:~~ข้อความ ~~old:~~new 前~~「舊」~~後', ['สำคัญ:', 'old:', '「舊」']],
  ['em > strong', '***重點：***說明 ***foo:***bar', ['重點：', 'foo:']],
])('%s: other marks may touch punctuation too', (element, text, words) => {
  expect(wordsIn(element, text)).toEqual(words)
  expect(show(text).textContent).not.toMatch(/[*_~]/)
})

test.each([
  '(x)**n + (y)**m',
  '(a+b)**2 + (c+d)**2',
  'x[i]**2 and y[j]**3',
  'f(x)*g(y)*h(z)',
  'f(**a) and g(**b)',
  '方法__init__用於__all__',
  '中文_字_型_name',
  '**foo(**bar)',
  'a*"foo"*',
])('%j stays text', (text) => {
  expect(show(text).textContent).toBe(text)
})

test('only the last of several unfinished strikethroughs is closed', () => {
  expect(mendTail('~~a ~~b')).toBe('~~a ~~b~~')
})
