import { afterEach, expect, it, vi } from 'vitest'
import { ApiError, address, get, send, setCsrf, whenSignedOut } from './client'

afterEach(() => vi.unstubAllGlobals())

const reply = (status: number, body: unknown, type = 'application/json') =>
  vi.stubGlobal(
    'fetch',
    vi.fn(
      async () =>
        new Response(body === null ? null : typeof body === 'string' ? body : JSON.stringify(body), {
          status,
          headers: { 'Content-Type': type },
        }),
    ),
  )
const sent = () => vi.mocked(fetch).mock.calls[0] as unknown as [string, RequestInit & { headers: Record<string, string> }]

it('fills paths and repeats the members of lists', () => {
  expect(
    address('/api/v1/issues/{key}', { key: 'a/b?c' }, { band: ['high', 'low'], text: '', at: undefined, total: false }),
  ).toBe('/api/v1/issues/a%2Fb%3Fc?band=high&band=low')
})

it('proves to the server that a change comes from this page', async () => {
  reply(204, null)
  setCsrf('token')
  await send('delete', '/api/v1/baselines/{id}', { path: { id: 'b' } })
  expect(sent()[1].headers['X-CSRF-Token']).toBe('token')
  reply(200, { items: [] })
  await get('/api/v1/baselines')
  expect(sent()[1].headers['X-CSRF-Token']).toBeUndefined()
})

it('tells errors apart by code and says the next step', async () => {
  reply(
    403,
    { status: 403, code: 'denied', title: 'forbidden', detail: 'this takes the role approver', request: 'r-7' },
    'application/problem+json',
  )
  const error = (await get('/api/v1/overview').catch((e: unknown) => e)) as ApiError
  expect(error).toBeInstanceOf(ApiError)
  expect([error.code, error.headline, error.request]).toEqual(['denied', 'You may not see this', 'r-7'])
  expect(error.next).toContain('administrator')
})

it.each([
  [502, '<html>bad gateway</html>', 'text/html', 'unavailable'],
  [429, '{}', 'text/plain', 'throttled'],
  [200, 'not json', 'application/json', 'unavailable'],
  [500, '{"cut', 'application/problem+json', 'unavailable'],
])('takes status %i with %s for an error', async (status, body, type, code) => {
  reply(status, body, type)
  await expect(get('/api/v1/overview')).rejects.toMatchObject({ code })
})

it('says when the server is not there, and when one is signed out', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => Promise.reject(new TypeError('failed'))),
  )
  await expect(get('/api/v1/overview')).rejects.toMatchObject({ code: 'unreachable' })
  const out = vi.fn()
  const stop = whenSignedOut(out)
  reply(401, { status: 401, code: 'unauthorized', title: '', detail: '' }, 'application/problem+json')
  await expect(get('/api/v1/overview')).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(send('post', '/auth/login', { body: { name: 'a', password: 'b' } })).rejects.toBeInstanceOf(ApiError)
  stop()
  expect(out).toHaveBeenCalledOnce()
})
