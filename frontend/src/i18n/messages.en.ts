export const outbox = {
  sending: 'Sending…',
  offline: 'Will be sent when the connection is back',
  signedOut: 'Will be sent after you sign in again',
  unconfirmed: 'May have arrived; we will check when the connection is back',
  uploading: 'Will be sent once its files are uploaded',
  'behind-answer': 'Will be sent after this answer',
  'behind-others': 'Will be sent after the message above',
  held: 'Being edited in another tab',
  delayed: '{{why}} It will be sent automatically.',
  refused: 'Not sent. {{why}}',
  resend: 'Send again',
  edit: 'Edit before sending',
  discard: 'Do not send',
  waiting: '{{count}} waiting',
  goneOut: 'The message was sent without your changes. They are in the box below.',
  takeAlong: 'Move unsent messages to a new chat',
}

export const actions = {
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying failed. Select the text and copy it manually.',
  regenerate: 'Regenerate',
  edit: 'Edit',
  editLabel: 'Edit message',
  sendEdit: 'Send edit',
  continue: 'Continue',
  retry: 'Try again',
  retryWith: 'Try again with {{name}}',
  retryWithLess: 'Try again with less thinking',
  modelSettings: 'Model settings',
  previous: 'Previous version',
  next: 'Next version',
  version: 'Version {{index}} of {{total}}',
  more: 'More',
  copyText: 'Copy as plain text',
  delete: 'Delete',
  deleteSure: 'Delete this and everything after it?',
  otherModel: 'Regenerate with another model',
  group: 'Message actions',
}

export const details = {
  model: 'Model',
  prompt: 'Tokens in',
  completion: 'Tokens out',
  time: 'Time',
}

export const ending = {
  stopped: 'Stopped',
  length: 'Cut off at the length limit',
  interrupted: 'The answer was interrupted',
  filtered: 'Blocked by the model service’s content filter',
  empty: 'The model returned nothing',
  thoughtOnly: 'The model thought but gave no answer.',
  contextDropped: 'Long conversation: {{count}} earlier messages were left out of this answer.',
}
