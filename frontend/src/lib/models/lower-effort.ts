import type { ChosenEffort } from '@/lib/models/chat-settings'

type Effort = Exclude<ChosenEffort, ''>

/** Efforts below `medium`, with which most models think unless another one is chosen; least first. */
const BELOW_MEDIUM: readonly Effort[] = ['none', 'minimal', 'low']

/**
 * The effort to try after an answer without text; undefined where the model takes no lower one than `chosen`.
 *
 * A model that may think by default and showed no thinking gets none: anything else could make it think more.
 */
export function lowerEffort(
  efforts: readonly Effort[],
  chosen: ChosenEffort,
  hasThought: boolean,
): Effort | undefined {
  const index = efforts.findIndex((effort) => effort === chosen)
  if (index >= 0) return efforts[index - 1]
  const lower = efforts.filter((effort) => BELOW_MEDIUM.includes(effort))
  return hasThought || lower[0] !== 'none' ? lower.at(-1) : 'none'
}
