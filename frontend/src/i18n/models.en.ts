export const effort = {
  pick: 'How much the model thinks',
  current: 'Thinking: {{name}}',
  default: 'Default',
  none: 'None',
  minimal: 'Minimal',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  xhigh: 'Highest',
}

export const models = {
  pick: 'Choose a model',
  current: 'Model: {{name}}',
  unavailable: 'Not available right now',
  none: 'No model available',
  embeddedText:
    'This is a small English model that runs inside this server. It is for trying things out, not for real use.',
  embeddedMore: 'How to get a real model',
  embeddedHow: 'Ask an administrator of this site: they can connect a real model service in the settings.',
  embeddedConnect: 'Connect a real model',
  retired: 'The model service no longer has {{name}}.',
  ending: 'The model service will retire {{name}} on {{date}}.',
  switchTo: 'Switch to {{name}}',
  and: ' · ',
  window: '{{count}}K tokens',
  goodFor: {
    demo: 'For trying things out, English only',
    code: 'For programming',
    thinking: 'Thinks first: for hard questions',
    quick: 'Quick, for everyday questions',
    allRound: 'All-round',
    long: 'For long texts',
    simple: 'For simple tasks',
  },
  missing: {
    service: 'No model service is connected',
    answer: 'The model service is not responding yet',
    packages: 'Not available for this server’s system',
    retired: 'Retired by the model service',
  },
}

export const modelService = {
  source: {
    none: 'No model service is connected',
    screen: 'Connected model service',
    environment: 'Set in the server’s environment',
  },
  noneText:
    'Any OpenAI-compatible service works, on the internet or on this server. Until you connect one, only the models found on this server are available.',
  environmentText:
    'OPENAI_API_KEY or OPENAI_BASE_URL is set on the server and overrides this page. To change it, edit it there and restart the server.',
  keyShown: 'Key: {{key}}',
  keySet: 'set',
  keyNone: 'none',
  keyLost:
    'The stored key can no longer be read because the server’s SECRET_KEY has changed. Enter the key again.',
  address: 'Address',
  addressHint: 'For example, https://api.openai.com/v1',
  examples: 'Well-known addresses',
  key: 'API key',
  keyHint: 'Stored encrypted and never shown again. Leave empty if the service needs no key.',
  keyHintKept: 'Leave empty to keep the stored key.',
  models: 'Models (optional)',
  modelsHint: 'Names separated by commas, for a service that has no list of models, or too long a one.',
  save: 'Test and save',
  trying: 'Testing…',
  saved: 'The model service works and is now in use.',
  remove: 'Disconnect',
  removed: 'The model service is disconnected and its key deleted.',
}
