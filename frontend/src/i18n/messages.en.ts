export const outbox = {
  sending: 'Sending…',
  offline: 'Goes out when the connection is back',
  signedOut: 'Goes out when you have signed in again',
  unconfirmed: 'May have arrived; checked when the connection is back',
  'behind-answer': 'Goes out after this answer',
  'behind-others': 'Goes out after the message above',
  held: 'Being changed in another tab',
  delayed: '{{why}} It goes out by itself.',
  refused: 'Not sent. {{why}}',
  resend: 'Send again',
  edit: 'Edit before it goes out',
  discard: 'Do not send',
  waiting: '{{count}} waiting',
  goneOut: 'It has gone out as it was. Your change is in the box below.',
  takeAlong: 'Take what was not sent to a new chat',
}

export const actions = {
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying failed. Select the text by hand.',
  regenerate: 'Regenerate',
  edit: 'Edit',
  editLabel: 'Edit message',
  sendEdit: 'Send change',
  continue: 'Continue',
  retry: 'Try again',
  previous: 'Previous version',
  next: 'Next version',
  version: 'Version {{index}} of {{total}}',
  more: 'More',
  copyText: 'Copy as text',
  delete: 'Delete',
  deleteSure: 'Delete this and what follows it?',
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
  length: 'Cut at the length limit',
  interrupted: 'The answer was interrupted',
  filtered: 'Held back by the model service’s content filter',
  empty: 'The model sent nothing back',
  contextDropped: 'Long conversation: {{count}} earlier messages were left out of this answer.',
}
