import type { Shortlist } from '@/api/types'
import { Bars } from '@/components/Bars'
import { Panel } from '@/components/Page'
import { Empty } from '@/components/States'
import { compact } from '@/lib/number'
import { visible } from '@/lib/text'

const reasons: Record<string, string> = {
  'accepted-until': 'Accepted until a date',
  duplicate: 'Another finding says the same',
  'provider-managed': 'The provider made it',
  ephemeral: 'Gone before anyone can act',
  'not-reachable': 'What would have to reach it cannot',
  'non-production-off-path': 'Nothing of value lies behind it',
}

/** Where all findings went, so that nothing is set aside in silence. */
export function AsideView({ shortlist }: { shortlist: Shortlist | null }) {
  if (!shortlist)
    return <Empty title="Not counted for you">You see a part of the estate; what was set aside is counted for the whole.</Empty>
  return (
    <div className="halves">
      <Panel title={`What became of ${compact(shortlist.findings)} findings`}>
        <Bars
          of={[
            { id: 'paths', name: 'On ways of attackers', value: shortlist.on_paths, tone: 's-high' },
            { id: 'campaigns', name: 'In campaigns', value: shortlist.in_campaigns, tone: 's-low' },
            { id: 'aside', name: 'Set aside', value: shortlist.set_aside, tone: 's-info' },
          ]}
        />
      </Panel>
      <Panel title="Set aside, because">
        <Bars
          of={shortlist.suppressed.map((s) => ({
            id: s.reason,
            name: reasons[s.reason] ?? visible(s.reason),
            value: s.count,
            tone: 's-info',
          }))}
        />
      </Panel>
    </div>
  )
}
