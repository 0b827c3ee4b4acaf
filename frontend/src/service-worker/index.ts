/** Opens the pages without their server. Answers of the API are none of its business. */
import { answerWithFile, answerWithPage } from './answers'
import { dropOldBuilds, keepBuild } from './kept'
import { kindOf } from './requests'

declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => {
  // Pages that are open lose nothing by it: their build stays too.
  event.waitUntil(keepBuild().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  switch (kindOf(event.request, self.location.origin)) {
    case 'page':
      event.respondWith(answerWithPage(event.request))
      break
    case 'file':
      event.respondWith(answerWithFile(event))
      break
    case null:
  }
})
