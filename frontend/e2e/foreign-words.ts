/** Finds untranslated words on a page: words of the other language. */
import type { Page } from '@playwright/test'
import type { Language } from './texts'

/** Names that are the same in Chinese. */
const NAMES =
  /AI Chat|\bAI\b|English|Enter|Shift|Ctrl|Esc|Markdown|JSON|CSV|Python|\btokens?\b|fake-model|OpenAI|OpenRouter|Ollama|LM Studio|OPENAI_\w+|\bAPI\b|Chrome|Linux|https?:\/\/\S*|\bF8\b|HTML|\b\d+K\b/g
const FOREIGN: Record<Language, RegExp> = { en: /[\u3000-\u9fff\uff00-\uffef]/, 'zh-TW': /[A-Za-z]{2}/ }

/** Returns the texts and labels in the other language, except `spoken`: texts by users and models. */
export async function foreignWords(
  page: Page,
  language: Language,
  spoken: readonly string[],
): Promise<string[]> {
  const texts = await page.evaluate(textsOfPage)
  return texts.filter((text) => {
    const own = spoken.reduce((rest, said) => rest.replaceAll(said, ''), text)
    return FOREIGN[language].test(own.replace(NAMES, ''))
  })
}

/** The visible texts, labels and tooltips, without the texts of messages and the names of the languages. */
function textsOfPage(): string[] {
  // In messages, an element with a text by the user or the model has its own direction.
  const skipped = 'script, style, [lang], article [dir]:not(textarea), [role="log"] + [role="status"]'
  const texts = [document.title]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { currentNode: node } = walker
    const element = node instanceof Element ? node : node.parentElement
    if (element === null || element.closest(skipped)) continue
    if (node instanceof Text) texts.push(node.data)
    else {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext']) {
        texts.push(element.getAttribute(name) ?? '')
      }
    }
  }
  return texts.map((text) => text.trim()).filter((text) => text !== '')
}
