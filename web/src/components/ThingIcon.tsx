import {
  IconBox,
  IconBucket,
  IconBuilding,
  IconCamera,
  IconCode,
  IconDatabase,
  IconKey,
  IconMessage2,
  IconNetwork,
  IconServer,
  IconUserShield,
  IconWorld,
} from '@tabler/icons-react'
import type { Kind } from '@/lib/thing'

const icons: Record<Kind, typeof IconBox> = {
  internet: IconWorld,
  machine: IconServer,
  code: IconCode,
  identity: IconUserShield,
  storage: IconBucket,
  database: IconDatabase,
  media: IconCamera,
  network: IconNetwork,
  secret: IconKey,
  message: IconMessage2,
  account: IconBuilding,
  other: IconBox,
}

export function ThingIcon({ kind, size = 18 }: { kind: Kind; size?: number }) {
  const Icon = icons[kind]
  return <Icon size={size} stroke={1.6} aria-hidden="true" />
}
