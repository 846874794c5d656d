import type { FixPlan } from '@/api/types'
import { visible } from '@/lib/text'
import { lastPart } from '@/lib/thing'
import { actionName, fixParts } from '@/lib/way'

/** What a change is called, with the place where it is made. */
export function fixTitle(key: string, fixes: readonly FixPlan[]): string {
  const { action, id } = fixParts(key)
  const title = fixes.find((f) => f.key === key)?.title || actionName(action)
  const place = lastPart(id)
  return visible(place && !title.includes(place) ? `${title} (${place})` : title)
}
