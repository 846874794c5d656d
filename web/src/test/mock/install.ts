import { answer } from './server'

const latency = 60 // milliseconds, so that waiting shows

/** Has the page answer its own requests. */
export function install(): void {
  const real = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const path = new URL(address, location.href).pathname
    if (!path.startsWith('/api/') && !path.startsWith('/auth/')) return real(input, init)
    await new Promise((done) => setTimeout(done, latency))
    const reply = answer(init?.method ?? 'GET', address, init?.body ? JSON.parse(String(init.body)) : undefined)
    const type = reply.status < 400 ? 'application/json' : 'application/problem+json'
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
      status: reply.status,
      headers: { 'Content-Type': type },
    })
  }
  window.EventSource = Silent as unknown as typeof EventSource
}

/** A stream on which nothing happens. */
class Silent extends EventTarget {
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  constructor() {
    super()
    setTimeout(() => this.onopen?.(), latency)
  }
  close(): void {
    this.onopen = null
  }
}
