import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles/theme.css'
import './styles/base.css'
import './components/table.css'
import { createTheme, defaultVariantColorsResolver, MantineProvider, Menu, Modal, Popover } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { whenSignedOut } from './api/client'
import { newQueryClient } from './api/query'
import { sessionQuery } from './api/session'
import { newRouter } from './routes/router'

// Colours and fonts are in styles/theme.css: a strict content security policy lets no
// style element be made, so Mantine's own are switched off below.
const theme = createTheme({
  respectReducedMotion: true,
  // Mantine writes white on what is filled; in the dark ours is light.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input)
    return input.variant === 'filled' ? { ...colors, color: 'var(--on-accent)' } : colors
  },
  components: {
    Modal: Modal.extend({ defaultProps: { lockScroll: false } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md' } }),
  },
})

export function App() {
  const [{ client, router }] = useState(() => {
    const client = newQueryClient()
    return { client, router: newRouter(client) }
  })
  useEffect(
    () =>
      whenSignedOut(() => {
        client.setQueryData(sessionQuery.queryKey, (s) => (s ? { ...s, user: undefined } : s))
        void router.invalidate()
      }),
    [client, router],
  )
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      env={import.meta.env.MODE === 'test' ? 'test' : 'default'}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
