import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'

async function start(): Promise<void> {
  if (__MOCK__) (await import('./test/mock/install')).install()
  const place = document.getElementById('root')
  if (place) {
    createRoot(place).render(
      <StrictMode>
        <App />
      </StrictMode>,
    )
  }
}

void start()
