import type { components, paths } from './types.gen'

type Problem = components['schemas']['Problem']

/** An answer of the server that is no answer. Code tells errors apart; texts are for people. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly next: string
  readonly request: string
  readonly faults: { location: string; message: string }[]

  constructor(problem: Partial<Problem> & { code: string }) {
    super(problem.detail || problem.title || 'The server gave no reason.')
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status ?? 0
    this.next = problem.hint ? `${problem.hint.charAt(0).toUpperCase()}${problem.hint.slice(1)}.` : nextStep(problem.code)
    this.request = problem.request ?? ''
    this.faults = (problem.errors ?? []).map((f) => ({ location: f.location ?? '', message: f.message }))
  }

  get headline(): string {
    return headlines[this.code] ?? 'That did not work'
  }
}

const headlines: Record<string, string> = {
  unreachable: 'The server does not answer',
  unauthorized: 'You are signed out',
  denied: 'You may not see this',
  'not-found': 'There is nothing here',
  invalid: 'The question could not be understood',
  gone: 'It has changed meanwhile',
  throttled: 'Too many requests at once',
  unavailable: 'The server is busy',
  io: 'The server could not read its database',
  internal: 'The server made a mistake',
}

function nextStep(code: string): string {
  switch (code) {
    case 'unreachable':
      return 'Check that stance serve runs and that this machine reaches it, then try again.'
    case 'denied':
      return 'Ask an administrator for the role or the accounts you need.'
    case 'not-found':
      return 'It may be gone, or belong to accounts you do not see. Go back and choose another.'
    case 'invalid':
      return 'Change what you asked for, or clear the filters.'
    case 'gone':
      return 'Load the page again to see how it is now.'
    case 'throttled':
      return 'Wait a minute, then try again.'
    default:
      return 'Try again. If it stays, its log says why under the id of the request.'
  }
}

let csrf = ''
export const setCsrf = (token: string | undefined): void => {
  csrf = token ?? ''
}

type Method = 'get' | 'post' | 'patch' | 'delete'
type Operation<P extends keyof paths, M extends Method> = paths[P][M]
export type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never
}[keyof paths]

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never
/** What an operation answers. */
export type Answer<P extends keyof paths, M extends Method = 'get'> =
  Operation<P, M> extends { responses: infer R } ? JsonOf<R[keyof R & (200 | 201)]> : never
export type QueryOf<P extends keyof paths, M extends Method = 'get'> =
  Operation<P, M> extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never
type PathOf<P extends keyof paths, M extends Method> = Operation<P, M> extends { parameters: { path: infer Q } } ? Q : undefined
type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined

export type Query = Record<string, unknown>

interface Options<P extends keyof paths, M extends Method> {
  path?: PathOf<P, M>
  query?: QueryOf<P, M>
  body?: BodyOf<P, M>
  signal?: AbortSignal
}

/** The address of an operation. Lists are given once per member; what is empty is left out. */
export function address(path: string, params: Query | undefined, query: Query | undefined): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const v of Array.isArray(value) ? value : [value]) {
      if (v !== undefined && v !== null && v !== '' && v !== false) search.append(name, String(v))
    }
  }
  const text = search.toString()
  return text === '' ? filled : `${filled}?${text}`
}

const onSignedOut = new Set<() => void>()
/** Calls back when the server says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): () => void {
  onSignedOut.add(listener)
  return () => onSignedOut.delete(listener)
}

async function problemOf(response: Response): Promise<ApiError> {
  if (response.headers.get('Content-Type')?.includes('problem+json')) {
    try {
      const problem = (await response.json()) as Problem
      return new ApiError({ ...problem, status: response.status, code: problem.code || 'internal' })
    } catch {
      // The answer was cut; what is known without it is said below.
    }
  }
  const code =
    response.status === 401
      ? 'unauthorized'
      : response.status === 404
        ? 'not-found'
        : response.status === 429
          ? 'throttled'
          : 'unavailable'
  return new ApiError({ code, status: response.status, detail: `The server answered with status ${response.status}.` })
}

/** Sends one request; the one place from which the page talks to the server. */
export async function send<P extends keyof paths, M extends Method>(
  method: M,
  path: P,
  options: Options<P, M> = {},
): Promise<Answer<P, M>> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' }
  if (method !== 'get' && csrf) headers['X-CSRF-Token'] = csrf
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(address(path as string, options.path as Query | undefined, options.query as Query | undefined), {
      method: method.toUpperCase(),
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ code: 'unreachable', detail: 'The request did not arrive.' })
  }
  if (!response.ok) {
    const error = await problemOf(response)
    if (error.status === 401 && !(path as string).startsWith('/auth/')) for (const listener of onSignedOut) listener()
    throw error
  }
  if (response.status === 204) return undefined as Answer<P, M>
  try {
    return (await response.json()) as Answer<P, M>
  } catch {
    throw new ApiError({ code: 'unavailable', status: response.status, detail: 'The answer was cut or is no JSON.' })
  }
}

export const get = <P extends PathsWith<'get'>>(path: P, options: Options<P, 'get'> = {}): Promise<Answer<P>> =>
  send('get', path, options)
