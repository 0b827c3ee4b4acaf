import type { FieldError } from '@/lib/account/field-errors'
import { z } from '@/lib/schema'
import type { ModelService, ModelServiceChange } from '@/types/api'

/** Errors of testing a model service, each with the form field it concerns. */
const FIELD_OF_ERROR = {
  MODEL_SERVICE_KEY_NEEDED: 'api_key',
  MODEL_SERVICE_KEY_REFUSED: 'api_key',
  MODEL_SERVICE_UNREACHABLE: 'base_url',
  MODEL_SERVICE_REFUSED: 'base_url',
  MODEL_SERVICE_NO_HOST: 'base_url',
  MODEL_SERVICE_TLS: 'base_url',
  MODEL_SERVICE_NO_SUCH_MODEL: 'models',
  MODEL_SERVICE_RESPONSES_ONLY: 'models',
  MODEL_SERVICE_UNKNOWN: 'base_url',
  MODEL_SERVICE_EMPTY: 'base_url',
  MODEL_SERVICE_PRIVATE: 'base_url',
  MODEL_SERVICE_NAME_TAKEN: 'name',
} as const

type ServiceError = keyof typeof FIELD_OF_ERROR

export function serviceErrorOf(
  code: string,
): { code: ServiceError; field: (typeof FIELD_OF_ERROR)[ServiceError] } | null {
  if (!Object.hasOwn(FIELD_OF_ERROR, code)) return null
  const known = code as ServiceError
  return { code: known, field: FIELD_OF_ERROR[known] }
}

/** The values of a service's form; limits are in tokens, empty for none. */
export const serviceSchema = z.object({
  name: z.string().check(z.trim()),
  base_url: z.string().check(z.trim(), z.minLength(1, 'required' satisfies FieldError)),
  api_key: z.string().check(z.trim()),
  models: z.string(),
  limits: z.array(z.object({ model: z.string(), context_window: z.string(), max_output: z.string() })),
})

export type ServiceFields = z.infer<typeof serviceSchema>

/** The fields of a stored service, or of a new one. */
export function fieldsOf(service: ModelService | null): ServiceFields {
  return {
    name: service?.name ?? '',
    base_url: service?.base_url ?? '',
    api_key: '',
    models: service?.models.join(', ') ?? '',
    limits: (service?.limits ?? []).map(({ model, context_window, max_output }) => ({
      model,
      context_window: String(context_window ?? ''),
      max_output: String(max_output ?? ''),
    })),
  }
}

/** The change to send to the server; without a key, the stored one is kept. */
export function changeOf(fields: ServiceFields, keepsKey: boolean): ModelServiceChange {
  return {
    name: fields.name,
    base_url: fields.base_url,
    models: fields.models.split(/[\s,]+/).filter((name) => name !== ''),
    limits: fields.limits
      .filter(({ model }) => model.trim() !== '')
      .map(({ model, context_window, max_output }) => ({
        model: model.trim(),
        context_window: tokensOf(context_window),
        max_output: tokensOf(max_output),
      })),
    ...(!(fields.api_key === '' && keepsKey) && { api_key: fields.api_key }),
  }
}

/** Reads `128000`, `128,000` or `128 000`; null for an empty text. */
function tokensOf(text: string): number | null {
  const digits = text.replaceAll(/[\s,]/g, '')
  return digits === '' ? null : Number(digits)
}

/** Base URLs of popular services. */
export const SERVICE_URLS = [
  { name: 'OpenAI', url: 'https://api.openai.com/v1' },
  { name: 'OpenRouter', url: 'https://openrouter.ai/api/v1' },
  { name: 'Ollama', url: 'http://127.0.0.1:11434/v1' },
  { name: 'LM Studio', url: 'http://127.0.0.1:1234/v1' },
] as const

/** Whether both URLs belong to the same service, so that the stored key stays in use. */
export function isSameService(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}
