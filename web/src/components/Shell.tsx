import { ActionIcon, Burger, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import {
  IconAffiliate,
  IconAlertHexagon,
  IconChecklist,
  IconClockPause,
  IconDatabase,
  IconDeviceDesktop,
  IconFlame,
  IconFocus2,
  IconHeartRateMonitor,
  IconHome,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSettings,
  IconSun,
  IconTool,
  IconUserCircle,
  IconUserShield,
  IconVersions,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { send } from '@/api/client'
import { useConnection } from '@/api/live'
import { keepSession, sessionQuery, useMe } from '@/api/session'
import { visible } from '@/lib/text'
import { Help } from './Help'
import { Logo } from './Logo'
import { News } from './News'
import { useShortcuts } from './shortcuts'
import './shell.css'

const groups = [
  [
    { to: '/', name: 'Overview', icon: IconHome },
    { to: '/issues', name: 'Issues', icon: IconFlame },
    { to: '/fixes', name: 'Fixes & campaigns', icon: IconTool },
    { to: '/findings', name: 'Findings', icon: IconAlertHexagon },
  ],
  [
    { to: '/inventory', name: 'Inventory', icon: IconDatabase },
    { to: '/identities', name: 'Identities', icon: IconUserShield },
    { to: '/access', name: 'Access explorer', icon: IconFocus2 },
    { to: '/graph', name: 'Graph', icon: IconAffiliate },
  ],
  [
    { to: '/compliance', name: 'Compliance', icon: IconChecklist },
    { to: '/drift', name: 'Drift', icon: IconVersions },
    { to: '/exceptions', name: 'Exceptions', icon: IconClockPause },
  ],
  [
    { to: '/work', name: 'Jobs & coverage', icon: IconHeartRateMonitor },
    { to: '/settings', name: 'Settings', icon: IconSettings },
  ],
] as const

/** What stands around every page: where one can go, whether it is live, and who one is. */
export function Shell() {
  const [menu, setMenu] = useState(false)
  const [help, setHelp] = useState(false)
  const path = useRouterState({ select: (s) => s.location.pathname })
  const main = useRef<HTMLElement>(null)
  const seen = useRef(path)
  useShortcuts(() => setHelp(true))
  useEffect(() => {
    if (seen.current === path) return
    seen.current = path
    setMenu(false)
    main.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className={menu ? 'shell menu-open' : 'shell'}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Burger
          className="narrow-only"
          opened={menu}
          onClick={() => setMenu(!menu)}
          size="sm"
          aria-label="Menu"
          aria-expanded={menu}
        />
        <Link to="/" className="brand" aria-label="Stance, overview">
          <Logo />
          <span>Stance</span>
        </Link>
        <div className="grow" />
        <Live />
        <ThemeMenu />
        <Tooltip label="Keys (?)">
          <ActionIcon variant="subtle" color="gray" className="quiet wide-only" aria-label="Keys" onClick={() => setHelp(true)}>
            <IconKeyboard size={18} />
          </ActionIcon>
        </Tooltip>
        <UserMenu />
      </header>
      <nav className="rail" aria-label="Pages">
        {groups.map((group) => (
          <ul key={group[0].to}>
            {group.map(({ to, name, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  activeProps={{ 'aria-current': 'page' }}
                >
                  <Icon size={17} stroke={1.7} aria-hidden="true" />
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        ))}
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <Help opened={help} onClose={() => setHelp(false)} />
      <News />
    </div>
  )
}

function Live() {
  const connection = useConnection()
  const [word, about] = {
    live: ['Live', 'Changes show by themselves'],
    connecting: ['Connecting', 'Waiting for the server’s stream of changes'],
    lost: ['Not live', 'The stream of changes broke off; the page tries again by itself. What you see may be old.'],
  }[connection]
  return (
    <Tooltip label={about} multiline maw={260}>
      <span className={`live ${connection}`} role="status">
        <span className="dot" aria-hidden="true" />
        {word}
      </span>
    </Tooltip>
  )
}

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Icon = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop }[colorScheme]
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" className="quiet" aria-label="Colours">
          <Icon size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSun size={16} />} onClick={() => setColorScheme('light')}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => setColorScheme('dark')}>
          Dark
        </Menu.Item>
        <Menu.Item leftSection={<IconDeviceDesktop size={16} />} onClick={() => setColorScheme('auto')}>
          As the system
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function UserMenu() {
  const me = useMe()
  const client = useQueryClient()
  const router = useRouter()
  const navigate = useNavigate()
  const signOut = async () => {
    try {
      keepSession(client, await send('post', '/auth/logout'))
    } finally {
      client.removeQueries({ predicate: (q) => q.queryKey[0] !== '/auth/session' })
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      await router.navigate({ to: '/sign-in' })
    }
  }
  if (!me) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="user" aria-label={`Signed in as ${visible(me.name)}`}>
          <IconUserCircle size={20} stroke={1.6} aria-hidden="true" />
          <span className="wide-only">{visible(me.name)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {visible(me.name)} · {me.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => void navigate({ to: '/settings' })}>
          Password and tokens
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
