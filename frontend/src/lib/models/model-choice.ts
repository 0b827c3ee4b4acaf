import type { Model, ModelList } from '@/types/api'

const NOTICE_DAYS = 30
const DAY_MS = 86_400_000
const MAX_IN_MENU = 8

/** The model with this id, or the default one for null; undefined if it is not listed. */
export function modelOf(id: string | null, { models, default: usual }: ModelList): Model | undefined {
  return models.find((model) => model.id === (id ?? usual))
}

/** Whether the model is the server's own, which knows English only. */
export function isDemoModel({ provider }: Pick<Model, 'provider'>): boolean {
  return provider === 'embedded'
}

/** Whether there are too many models for a menu. */
export function needsSearch(models: readonly Model[]): boolean {
  return models.length > MAX_IN_MENU
}

/** The name of a model, with its service where another model has the same name. */
export function disambiguatedName({ id, name, service }: Model, models: readonly Model[]): string {
  const isShared = models.some((other) => other.name === name && other.id !== id)
  return isShared && service !== '' ? `${name} · ${service}` : name
}

/** The name in the id of a model, without the prefix of its service. */
export function modelName(id: string): string {
  const [, name] = /^[^:]*::(.+)$/.exec(id) ?? []
  return name ?? id
}

/** The model to use in place of `id`: the successor that the service names, else the default; undefined without one. */
export function replacementOf(id: string, { models, default: usual }: ModelList): Model | undefined {
  const successor = models.find((model) => model.id === id)?.successor
  const usable = models.filter((model) => model.available && model.id !== id)
  return (
    usable.find((model) => model.id === successor) ?? usable.find((model) => model.id === usual) ?? usable[0]
  )
}

/** The usable model with the largest window, if `id` has a smaller one. */
export function largerModel(id: string, { models }: ModelList): Model | undefined {
  const window = models.find((model) => model.id === id)?.context_window ?? 0
  return models
    .filter((model) => model.available && model.context_window > window)
    .toSorted((one, other) => other.context_window - one.context_window)[0]
}

/** The model to use in place of `id` for images; undefined if no model is known to see them. */
export function visionReplacement(id: string, { models, default: usual }: ModelList): Model | undefined {
  const seeing = models.filter((model) => model.available && model.vision === true && model.id !== id)
  return seeing.find((model) => model.id === usual) ?? seeing[0]
}

/** Whether a model that is retired on `day` (`2027-01-14`) is retired within 30 days. */
export function retiresSoon(day: string, now: Date): boolean {
  return Date.parse(day) - now.getTime() <= NOTICE_DAYS * DAY_MS
}

/** The date on which a model is retired (`2027-01-14`), in the language; the same date in every time zone. */
export function formatDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day))
}

/** The usable models that will be retired within 30 days, the earliest first. */
export function modelsRetiringSoon({ models }: ModelList, now: Date): Model[] {
  return models
    .filter(({ available, shutdown_date }) => available && !!shutdown_date && retiresSoon(shutdown_date, now))
    .toSorted((one, other) => Date.parse(one.shutdown_date ?? '') - Date.parse(other.shutdown_date ?? ''))
}

/** The models by the name of their service, in the order of the list; the built-in model has none. */
export function groupByService(models: readonly Model[]): [string, Model[]][] {
  const groups = new Map<string, Model[]>()
  for (const model of models) {
    const group = groups.get(model.service)
    if (group) group.push(model)
    else groups.set(model.service, [model])
  }
  return [...groups]
}
