import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { App } from '@/App'
import { transition } from './factories'
import { answer, setSignedIn } from './mock/server'
import { issues } from './mock/state'

// The whole dashboard over the server of tests.

class Stream extends EventTarget {
  static last: Stream | undefined
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor() {
    super()
    Stream.last = this
    setTimeout(() => this.onopen?.())
  }
  close() {}
  tell(data: unknown) {
    this.dispatchEvent(new MessageEvent('transition', { data: JSON.stringify(data) }))
  }
}

const asked: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  asked.length = 0
  setSignedIn(true)
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('scrollTo', () => {})
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body = init.body ? (JSON.parse(String(init.body)) as unknown) : undefined
    asked.push({ method: init.method ?? 'GET', path, body })
    const reply = answer(init.method ?? 'GET', path, body)
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
      status: reply.status,
      headers: { 'Content-Type': reply.status < 400 ? 'application/json' : 'application/problem+json' },
    })
  })
})

const open = (path: string) => {
  window.history.replaceState(null, '', path)
  return render(<App />)
}

it('asks to sign in, and goes where one wanted to go', async () => {
  setSignedIn(false)
  open('/compliance')
  const user = userEvent.setup()
  await user.type(await screen.findByLabelText(/^Name/), 'admin')
  await user.type(screen.getByLabelText(/^Password/), 'wrong')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByRole('alert')).textContent).toContain('do not fit together')
  await user.clear(screen.getByLabelText(/^Password/))
  await user.type(screen.getByLabelText(/^Password/), 'right')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Compliance', level: 1 })).toBeTruthy()
})

it('does not go back to another site', async () => {
  const { safeBack } = await import('@/features/signin/SignInPage')
  expect(['//evil.example', '/\\evil.example', 'https://evil.example', undefined].map(safeBack)).toEqual(['/', '/', '/', '/'])
  expect(safeBack('/issues?band=high')).toBe('/issues?band=high')
})

it('shows the worst issue first, and its path step by step', async () => {
  open('/')
  const user = userEvent.setup()
  const top = await screen.findByRole('region', { name: 'The worst issue' })
  await user.click(within(top).getByRole('link', { name: /Follow the path/ }))
  expect(await screen.findByText(/^Step 1 of/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Next step' }))
  expect(await screen.findByText(/^Step 2 of/)).toBeTruthy()
  expect(window.location.search).toBe('?step=2')
  expect(screen.getByText('What cuts it')).toBeTruthy()
})

it('asks for a risk to be accepted until the end of a day', async () => {
  open(`/issues/${issues[0]?.key}`)
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Accept risk' }))
  const dialog = await screen.findByRole('dialog')
  await user.type(within(dialog).getByLabelText(/^Reason/), 'It ends in December')
  await user.click(within(dialog).getByRole('button', { name: '1 week' }))
  await user.click(within(dialog).getByRole('button', { name: 'Ask for it' }))
  await waitFor(() => expect(asked.some((a) => a.method === 'POST' && a.path === '/api/v1/exceptions')).toBe(true))
  const body = asked.find((a) => a.method === 'POST')?.body as { subject: string; key: string; expires: string }
  expect(body).toMatchObject({ subject: 'issue', key: issues[0]?.key, reason: 'It ends in December' })
  expect(Date.parse(body.expires)).toBeGreaterThan(Date.now() + 6 * 86_400_000)
})

it('asks again and tells when something opens', async () => {
  open('/')
  await screen.findByRole('region', { name: 'The worst issue' })
  const before = asked.filter((a) => a.path === '/api/v1/overview').length
  Stream.last?.tell(transition({ kind: 'new', severity: 'critical' }))
  Stream.last?.tell(transition({ seq: 2, first: true, key: 'backlog' }))
  expect(await screen.findByText('New: critical finding', undefined, { timeout: 5000 })).toBeTruthy()
  await waitFor(() => expect(asked.filter((a) => a.path === '/api/v1/overview').length).toBeGreaterThan(before))
  expect(screen.queryByText('New: high finding')).toBeNull()
})

it('shows hostile names as text', async () => {
  const { container } = open('/inventory?text=onerror')
  expect(await screen.findByText(/<img src=x onerror=alert\(1\)>⟨U\+202E⟩gnp/, undefined, { timeout: 5000 })).toBeTruthy()
  expect(container.querySelector('img, script')).toBeNull()
})

it('says what went wrong and what to do next', async () => {
  open('/issues/none')
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('There is nothing here')
  expect(alert.textContent).toContain('choose another')
})

it('goes by keys', async () => {
  open('/')
  await screen.findByRole('region', { name: 'The worst issue' })
  const user = userEvent.setup()
  await user.keyboard('gc')
  expect(await screen.findByRole('heading', { name: 'Compliance', level: 1 })).toBeTruthy()
  await user.keyboard('?')
  expect(await screen.findByRole('dialog')).toBeTruthy()
})
