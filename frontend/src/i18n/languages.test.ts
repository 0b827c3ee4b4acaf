// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { en } from '@/i18n/en'
import { lab as labEn } from '@/i18n/lab.en'
import { lab as labZhTW } from '@/i18n/lab.zh-TW'
import { zhTW } from '@/i18n/zh-TW'
import type { Language } from '@/lib/language'

function textsOf(tree: object, path = ''): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') texts.set(here, value)
    else for (const [inner, text] of textsOf(value as object, here)) texts.set(inner, text)
  }
  return texts
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort()
}

const chinese = textsOf({ ...zhTW, lab: labZhTW })
const TEXTS: Record<Language, Map<string, string>> = {
  en: textsOf({ ...en, lab: labEn }),
  'zh-TW': chinese,
}

describe.each(Object.entries(TEXTS))('the texts in %s', (_, texts) => {
  test('have the same keys as those in Chinese', () => {
    expect([...texts.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  test('are not empty', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('have the same placeholders as those in Chinese', () => {
    const placeholders = (all: Map<string, string>) =>
      new Map([...all].map(([key, text]) => [key, placeholdersOf(text)] as const))
    expect(placeholders(texts)).toEqual(placeholders(chinese))
  })
})

const FOREIGN_TERMS = [
  '信息', '默认', '默認', '服务器', '服務器', '软件', '軟件', '登录', '登錄', '用户', '用戶', '数据', '网络',
  '設置', '会话', '會話', '帳戶', '賬號', '保存', '退出', '搜索', '鏈接', '鼠標', '屏幕', '菜單', '復制',
  '粘貼', '點擊', '刷新', '激活', '導出', '代碼', '程序', '質量', '網絡', '反饋', '添加', '當前',
] // prettier-ignore

describe('the Chinese texts use Taiwanese terms', () => {
  test.each(FOREIGN_TERMS)('without %s', (term) => {
    expect([...chinese].filter(([, text]) => text.includes(term))).toEqual([])
  })
})
