import { isDemoModel } from '@/lib/models/model-choice'
import type { Model } from '@/types/api'

/** Purposes of models, guessed from their names; the texts are in the language files under `models.goodFor`. */
type Purpose = 'demo' | 'code' | 'thinking' | 'quick' | 'allRound' | 'long' | 'simple'

/** The first match wins. */
const BY_NAME: readonly (readonly [RegExp, Purpose])[] = [
  [/cod(e|er|estral)|devstral|starcoder/, 'code'],
  [/(^|[-/])o[1-9]|reason|think|(^|[-/:])r1|qwq|magistral/, 'thinking'],
  [/mini|nano|flash|lite|haiku|small|tiny|instant|[:-](0\.\d+|[1-4](\.\d+)?)b/, 'quick'],
  [/gpt-4-turbo|gpt-4\.1/, 'long'],
  [/gpt-3\.5/, 'simple'],
  [/gpt-[45]|claude|gemini|sonnet|opus|grok|mistral-large|deepseek|qwen|llama|gemma|mi[sx]tral/, 'allRound'],
]

export function purposeOf(model: Pick<Model, 'id' | 'provider'>): Purpose | null {
  if (isDemoModel(model)) return 'demo'
  const name = model.id.split('::').at(-1)?.toLowerCase() ?? ''
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null
}
