/**
 * Service worker: opens the pages without their server. It never touches API responses.
 * Decision 27 (docs/decisions/0027-our-own-service-worker.md) says why it is not Workbox.
 */
import { deleteOldBuilds, storeBuild } from './build-cache'
import { classifyRequest } from './requests'
import { respondWithFile, respondWithPage } from './responses'
import { SCOPE } from './scope'

declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => {
  // Open pages are safe: their build stays too.
  event.waitUntil(storeBuild().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(deleteOldBuilds().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  switch (classifyRequest(event.request, SCOPE.href)) {
    case 'page':
      event.respondWith(respondWithPage(event.request))
      break
    case 'file':
      event.respondWith(respondWithFile(event))
      break
    case null:
  }
})
