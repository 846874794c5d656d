import { Link } from '@tanstack/react-router'
import { useGet } from '@/api/query'
import type { FrameworkSummary } from '@/api/types'
import { Page } from '@/components/Page'
import { Answer, Empty } from '@/components/States'
import { percent } from '@/lib/number'
import { StateBar } from './StateBar'
import './compliance.css'

export function CompliancePage() {
  const frameworks = useGet('/api/v1/compliance')
  return (
    <Page
      title="Compliance"
      about="How the requirements of each framework stand. What could not be read is unknown and passes nothing."
    >
      <Answer of={frameworks}>
        {(data) => (
          <>
            {data.partial && (
              <p className="notice">You see the resources of some owners: only failures are known, so nothing is said to pass.</p>
            )}
            {data.items.length === 0 ? (
              <Empty title="No framework is loaded" />
            ) : (
              <ul className="frameworks">
                {data.items.map((f) => (
                  <Framework key={f.id} of={f} />
                ))}
              </ul>
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}

function Framework({ of }: { of: FrameworkSummary }) {
  const decided = (of.states.pass ?? 0) + (of.states.fail ?? 0)
  return (
    <li className="panel">
      <div className="panel-body stack tight">
        <div className="row spread">
          <h2>
            <Link to="/compliance/$framework" params={{ framework: of.id }}>
              {of.title}
            </Link>{' '}
            <span className="soft">{of.version}</span>
          </h2>
          <b className="framework-figure">{decided > 0 ? percent((of.states.pass ?? 0) / decided) : '–'}</b>
        </div>
        <StateBar states={of.states} total={of.requirements} />
      </div>
    </li>
  )
}
