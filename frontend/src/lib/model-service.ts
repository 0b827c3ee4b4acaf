/** Errors of testing a model service, each with the form field it concerns. */
const FAULTS = {
  MODEL_SERVICE_KEY_NEEDED: 'api_key',
  MODEL_SERVICE_KEY_REFUSED: 'api_key',
  MODEL_SERVICE_UNREACHABLE: 'base_url',
  MODEL_SERVICE_REFUSED: 'base_url',
  MODEL_SERVICE_NO_HOST: 'base_url',
  MODEL_SERVICE_TLS: 'base_url',
  MODEL_SERVICE_NO_SUCH_MODEL: 'models',
  MODEL_SERVICE_UNKNOWN: 'base_url',
  MODEL_SERVICE_EMPTY: 'base_url',
  MODEL_SERVICE_PRIVATE: 'base_url',
} as const

export type ServiceFault = keyof typeof FAULTS

export function serviceFaultOf(
  code: string,
): { code: ServiceFault; field: 'api_key' | 'base_url' | 'models' } | null {
  if (!Object.hasOwn(FAULTS, code)) return null
  const fault = code as ServiceFault
  return { code: fault, field: FAULTS[fault] }
}

/** Addresses of popular services. */
export const SERVICE_ADDRESSES = [
  { name: 'OpenAI', address: 'https://api.openai.com/v1' },
  { name: 'OpenRouter', address: 'https://openrouter.ai/api/v1' },
  { name: 'Ollama', address: 'http://127.0.0.1:11434/v1' },
  { name: 'LM Studio', address: 'http://127.0.0.1:1234/v1' },
] as const

/** Whether both addresses belong to one service, so that the stored key stays in use. */
export function isSameService(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}
