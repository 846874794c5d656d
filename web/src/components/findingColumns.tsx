import type { Finding } from '@/api/types'
import { visible } from '@/lib/text'
import type { Column } from './DataTable'
import { ResourceLink } from './Resource'
import { SeverityPill } from './Severity'
import { Time } from './Time'

/** The columns of every list of findings. */
export const findingColumns: Column<Finding>[] = [
  { id: 'severity', name: 'Severity', width: '104px', sort: 'severity', cell: (f) => <SeverityPill severity={f.severity} /> },
  {
    id: 'finding',
    name: 'Finding',
    width: 'minmax(0, 2.2fr)',
    sort: 'check',
    cell: (f) => (
      <div className="clamp" title={visible(f.message || f.title)}>
        {visible(f.message || f.title)}
      </div>
    ),
  },
  {
    id: 'resource',
    name: 'Resource',
    width: 'minmax(0, 1.3fr)',
    sort: 'resource',
    wide: true,
    cell: (f) => <ResourceLink of={f.resource} />,
  },
  {
    id: 'account',
    name: 'Account',
    width: '122px',
    wide: true,
    cell: (f) => <span className="small soft">{visible(f.resource.account)}</span>,
  },
  {
    id: 'state',
    name: 'State',
    width: '104px',
    wide: true,
    cell: (f) => <FindingState of={f} />,
  },
  { id: 'since', name: 'Since', width: '116px', sort: 'since', wide: true, cell: (f) => <Time at={f.since} /> },
]

/** How a finding stands, in a word. */
export function FindingState({ of }: { of: Finding }) {
  if (of.until) return <span className="mark good">resolved</span>
  if (of.exception) return <span className="mark blue">accepted</span>
  if (of.status === 'unknown') return <span className="mark warn">unknown</span>
  if (of.unproven) return <span className="mark warn">unproven</span>
  if (of.regressed) return <span className="mark bad">came back</span>
  return <span className="mark">open</span>
}
