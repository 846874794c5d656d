import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Campaign } from '@/api/types'
import { Panel } from '@/components/Page'
import { SeverityPill } from '@/components/Severity'
import { Empty } from '@/components/States'
import { compact, counted } from '@/lib/number'
import { visible } from '@/lib/text'

const step = 60

export function CampaignsView({ campaigns, text }: { campaigns: Campaign[]; text: string }) {
  const [shown, setShown] = useState(step)
  const wanted = text.toLowerCase()
  const list = campaigns.filter((c) => `${c.title} ${c.check} ${c.owner ?? ''}`.toLowerCase().includes(wanted))
  if (list.length === 0)
    return (
      <Empty title="No campaign">
        {text ? 'None has this in its title, check or owner.' : 'Nothing outside of ways of attackers fails.'}
      </Empty>
    )
  return (
    <Panel flush>
      <table className="simple campaigns">
        <thead>
          <tr>
            <th>Severity</th>
            <th>Campaign</th>
            <th className="wide-only">Owner</th>
            <th className="num">Changes</th>
            <th className="num wide-only">Findings</th>
            <th className="num wide-only">Accounts</th>
          </tr>
        </thead>
        <tbody>
          {list.slice(0, shown).map((c) => (
            <tr key={c.key}>
              <td>
                <SeverityPill severity={c.severity} />
              </td>
              <td>
                <Link to="/findings" search={{ check: [c.check], owner: c.owner ? [c.owner] : undefined }}>
                  {visible(c.title)}
                </Link>
                {c.text && <span className="soft small block wide-only">{c.text}</span>}
              </td>
              <td className="wide-only">{c.owner ? visible(c.owner) : <span className="soft">nobody said</span>}</td>
              <td className="num">{compact(c.changes)}</td>
              <td className="num wide-only">{compact(c.findings)}</td>
              <td className="num wide-only">{(c.accounts ?? []).length}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.length > shown && (
        <div className="table-foot">
          <button type="button" className="sorter" onClick={() => setShown(shown + step)}>
            {counted(list.length - shown, 'more campaign')}
          </button>
        </div>
      )}
    </Panel>
  )
}
