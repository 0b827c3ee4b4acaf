export const models = {
  pick: 'Choose a model',
  current: 'Model: {{name}}',
  unavailable: 'Not available now',
  none: 'No model available',
  embeddedText:
    'This is a small English model that runs inside this server. It is here to try things out, not for real use.',
  embeddedMore: 'How to have a real one',
  embeddedHow: 'Ask an administrator of this site: they can connect a real model service in the settings.',
  embeddedConnect: 'Connect a real one',
  and: ' · ',
  window: '{{count}}K tokens',
  goodFor: {
    demo: 'To try things out, English only',
    code: 'For programming',
    thinking: 'Thinks first: for hard questions',
    quick: 'Quick, for everyday questions',
    allRound: 'All-round',
    long: 'For long texts',
    simple: 'For simple tasks',
  },
  missing: {
    service: 'No model service is connected',
    answer: 'The model service does not answer yet',
    packages: 'Not made for this server’s system',
  },
}

export const modelService = {
  source: {
    none: 'No model service is connected',
    screen: 'Connected model service',
    environment: 'Set in the server’s environment',
  },
  noneText:
    'Any service that speaks like OpenAI’s will do, on the internet or on this server. Until then there are only the models found on this server.',
  environmentText:
    'OPENAI_API_KEY or OPENAI_BASE_URL is set on the server, and wins over what is set here. To change it, change it there and restart.',
  keyShown: 'Key: {{key}}',
  keySet: 'set',
  keyNone: 'none',
  keyLost:
    'The stored key cannot be read any more, as the server’s SECRET_KEY has changed. Enter the key again.',
  address: 'Address',
  addressHint: 'For example https://api.openai.com/v1',
  examples: 'Well-known addresses',
  key: 'API key',
  keyHint: 'Stored encrypted, and never shown again. Leave it empty if the service needs none.',
  keyHintKept: 'Leave it empty to keep the stored key.',
  save: 'Try and save',
  trying: 'Trying…',
  saved: 'The model service answers, and is in use.',
  remove: 'Disconnect',
  removed: 'The model service is disconnected, and its key deleted.',
}
