import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Evidence, FindingDetail } from '@/api/types'
import { FindingState } from '@/components/findingColumns'
import { Facts, Panel } from '@/components/Page'
import { Cause, ResourceLink } from '@/components/Resource'
import { Time } from '@/components/Time'
import '@/components/differences.css'
import { brief } from '@/lib/diff'
import { explain } from '@/lib/reason'
import { safeUrl, visible } from '@/lib/text'

const evidenceShown = 8

/** What decided, short values beside their names. */
function EvidenceList({ of }: { of: Evidence[] }) {
  const [all, setAll] = useState(false)
  return (
    <div className="stack tight">
      <ul className="differences">
        {(all ? of : of.slice(0, evidenceShown)).map((e) => (
          <li key={e.path}>
            <span className="mono soft">{visible(e.path)}</span>
            <span className="mono">{visible(brief(e.value, 1500))}</span>
          </li>
        ))}
      </ul>
      {of.length > evidenceShown && !all && (
        <div>
          <Button size="compact-xs" variant="default" onClick={() => setAll(true)}>
            {of.length - evidenceShown} more
          </Button>
        </div>
      )}
    </div>
  )
}

export function FindingView({ of }: { of: FindingDetail }) {
  const about = of.about
  return (
    <>
      <Panel>
        <Facts
          of={[
            ['State', <FindingState key="s" of={of} />],
            ['Resource', <ResourceLink key="r" of={of.resource} />],
            ['Account', visible(of.resource.account)],
            ['Region', visible(of.resource.region)],
            ['Since', <Time key="since" at={of.since} />],
            ...(of.until ? [['Resolved', <Time key="until" at={of.until} />] as [string, React.ReactNode]] : []),
            ['Due', <Time key="due" at={of.due} none="no date" />],
            ['Owner', of.context?.owner ? visible(of.context.owner) : <span className="soft">nobody said</span>],
            ['Opened by', <Cause key="cause" of={of.cause} />],
          ]}
        />
      </Panel>
      <div className="columns">
        <div className="stack">
          <Panel title="Evidence" aside={of.element && <code>{visible(of.element)}</code>}>
            {of.evidence.length === 0 && <p className="soft">The absence of what the check asks for.</p>}
            <EvidenceList of={of.evidence} />
          </Panel>
          {of.unknown.length > 0 && (
            <Panel title="Not known">
              <ul className="stack tight">
                {of.unknown.map((u) => (
                  <li key={u.path}>
                    <code>{visible(u.path)}</code>: {explain(u.reason).what}
                    {u.permission && (
                      <>
                        ; grant <code>{u.permission}</code>
                      </>
                    )}
                    {u.detail && <span className="soft small block">{visible(u.detail)}</span>}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
          {about && (
            <Panel title="How to fix it">
              <div className="stack tight">
                <p>{about.fix.text}</p>
                {about.fix.cli && <pre>{about.fix.cli}</pre>}
                {about.fix.terraform && (
                  <>
                    <h3>Terraform</h3>
                    <pre>{about.fix.terraform}</pre>
                  </>
                )}
              </div>
            </Panel>
          )}
        </div>
        <div className="stack">
          <Panel title="Why it matters">
            <div className="stack tight">
              <p>{about?.why ?? 'This server no longer has the check.'}</p>
              {about?.limits && <p className="soft small">{about.limits}</p>}
              <p className="small">
                <Link to="/findings" search={{ check: [of.check] }}>
                  All findings of this check
                </Link>
              </p>
              <code className="soft">{of.check}</code>
            </div>
          </Panel>
          {of.requirements.length > 0 && (
            <Panel title="Required by">
              <ul className="stack tight">
                {of.requirements.map((r) => (
                  <li key={`${r.framework}${r.requirement}`}>
                    <Link to="/compliance/$framework" params={{ framework: r.framework }} search={{ text: r.requirement }}>
                      {r.framework} {r.requirement}
                    </Link>{' '}
                    <span className="soft">{r.title}</span>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
          {(about?.references ?? []).length > 0 && (
            <Panel title="Read more">
              <ul>
                {(about?.references ?? []).map((r) => (
                  <li key={r}>
                    {safeUrl(r) ? (
                      <a href={safeUrl(r) ?? undefined} target="_blank" rel="noreferrer noopener">
                        {r}
                      </a>
                    ) : (
                      r
                    )}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </>
  )
}
