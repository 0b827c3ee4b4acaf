/**
 * The session of this browser. The access token is kept only here, in memory; the refresh token is a cookie that no
 * script can read.
 */
import { jitter, type RefreshOutcome, sleep } from 'ai-chat-client/internal'
import { ApiError } from '@/api/api-error'
import { sendHttp } from '@/api/http'
import { lifetimeOf, userOf } from '@/lib/account/access-token'
import { nameOnHost } from '@/lib/base-path'
import { runExclusively } from '@/lib/browser/exclusive'
import {
  clearUserStorage,
  enterUserStorage,
  leaveUserStorage,
  rememberedUser,
} from '@/lib/storage/user-storage'

/** `ended`: not by the user of this page, who may sign in again over it. */
export type SessionStatus = 'starting' | 'unreachable' | 'signed-in' | 'ended' | 'signed-out'

/** A message to the other tabs. */
type TabMessage = 'signed-in' | 'signed-out'

const NAME = 'session'
/** A token is renewed when it expires within this time. */
const RENEW_BEFORE_MS = 60_000
const ASSUMED_LIFETIME_MS = 5 * 60_000
const SECOND_TRY_WITHIN_MS = 500

let status: SessionStatus = 'starting'
/** Outlives the session: messages written after its end still belong to this user. */
let userId = ''
let access: { token: string; renewAt: number } | null = null
/** The sign-out under way here: meanwhile the cookie would be refused, and whether it is ended is not known. */
let signingOut: Promise<void> | null = null
let refreshing: Promise<RefreshOutcome> | null = null
const listeners = new Set<() => void>()
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(nameOnHost(NAME))

export const session = {
  status: (): SessionStatus => status,

  /** The id of the user who is, or was last, signed in. */
  userId: (): string => userId,

  /** Whether a user was signed in when this browser last left the page, as far as it knows. */
  isRemembered: (): boolean => rememberedUser() !== null,

  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  /** Resumes the session of the refresh cookie, if there is one. */
  async start(): Promise<void> {
    if (status === 'unreachable') setStatus('starting')
    await session.refresh()
  },

  /** A token, renewed before it expires; null without a session, or if the server was not reached. */
  async token(): Promise<string | null> {
    if (access && Date.now() < access.renewAt) return access.token
    if (status === 'ended') return null
    await session.refresh()
    return access?.token ?? null
  },

  /** Renews the token. Calls at the same time share one request; one during a sign-out waits for its outcome. */
  async refresh(): Promise<RefreshOutcome> {
    if (signingOut) {
      await signingOut.catch(() => undefined)
      return status === 'signed-out' ? 'refused' : session.refresh()
    }
    refreshing ??= refreshOnce().finally(() => {
      refreshing = null
    })
    return refreshing
  },

  /** Begins a session with the token from signing in. */
  begin(token: string): void {
    adopt(token)
    channel?.postMessage('signed-in' satisfies TabMessage)
  },

  /** Waits until the user resumes an ended session (true) or gives it up (false). */
  async waitForSignIn(): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (status === 'ended') return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
    })
    return status === 'signed-in'
  },

  /** Gives up an ended session, so that another user can sign in; forgets the user. */
  forgetUser(): void {
    forgetUser()
  },

  /** Ends the session here and in the other tabs. Throws `ApiError` when the server could not be told. */
  async signOut(): Promise<void> {
    const token = await session.token()
    signingOut ??= signOutAtServer(token).finally(() => {
      signingOut = null
    })
    await signingOut
  },
}

channel?.addEventListener('message', (event: MessageEvent<TabMessage>) => {
  if (event.data === 'signed-out') forgetUser()
  else if (status === 'signed-in') location.reload()
  else void session.start()
})

async function signOutAtServer(token: string | null): Promise<void> {
  try {
    await sendHttp({ method: 'POST', path: '/auth/logout', body: {}, token })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
  }
  forgetUser()
  channel?.postMessage('signed-out' satisfies TabMessage)
}

async function refreshOnce(): Promise<RefreshOutcome> {
  let outcome = await runExclusively(NAME, askForToken)
  if (outcome === 'refused' && session.isRemembered()) {
    // Another tab may be exchanging the same cookie.
    await sleep(jitter(SECOND_TRY_WITHIN_MS))
    outcome = await runExclusively(NAME, askForToken)
  }
  if (outcome === 'refused') markEnded()
  else if (outcome === 'unreachable' && status === 'starting') setStatus('unreachable')
  return outcome
}

async function askForToken(): Promise<RefreshOutcome> {
  try {
    const response = await sendHttp<{ access: string } | undefined>({
      method: 'POST',
      path: '/auth/token/refresh',
      body: {},
    })
    // The browser has no cookie.
    if (!response) return 'refused'
    adopt(response.access)
    return 'refreshed'
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return 'refused'
    if (error instanceof ApiError) return 'unreachable'
    throw error
  }
}

function adopt(token: string): void {
  const lifetime = lifetimeOf(token) ?? ASSUMED_LIFETIME_MS
  access = { token, renewAt: Date.now() + Math.max(lifetime - RENEW_BEFORE_MS, lifetime / 2) }
  const before = userId
  userId = userOf(token)
  enterUserStorage(userId)
  // The cookie is another user's by now: another tab has signed in, and its notice did not arrive here.
  if (status === 'signed-in' && userId !== before) location.reload()
  setStatus('signed-in')
}

function markEnded(): void {
  if (status !== 'signed-in' && status !== 'ended') {
    markSignedOut()
    return
  }
  access = null
  setStatus('ended')
}

/** The session has ended; what this browser keeps of the user waits for the next sign-in. */
function markSignedOut(): void {
  access = null
  leaveUserStorage()
  setStatus('signed-out')
}

/** Keeps nothing of the user, who has left. */
function forgetUser(): void {
  clearUserStorage()
  markSignedOut()
}

function setStatus(next: SessionStatus): void {
  if (next === status) return
  status = next
  for (const listener of listeners) listener()
}
