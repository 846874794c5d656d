import type { ResourceDetail, Unknown } from '@/api/types'
import { Facts, Panel } from '@/components/Page'
import { SeverityIcon } from '@/components/Severity'
import { Time } from '@/components/Time'
import { severities } from '@/lib/severity'
import { cloudName, visible } from '@/lib/text'

/** A resource as it was read. */
export interface Body {
  config?: unknown
  tags?: Record<string, string>
  facets?: Record<string, unknown>
  unknown?: Unknown[]
  created?: string
}

export function ResourceFacts({ of, body }: { of: ResourceDetail; body: Body }) {
  const failing = severities.filter((s) => (of.failing[s] ?? 0) > 0)
  return (
    <Panel>
      <div className="stack">
        {of.gone && (
          <p>
            <span className="mark warn">gone</span> It was found to be gone <Time at={of.gone} />.
          </p>
        )}
        <Facts
          of={[
            [
              'Public',
              of.public ? (
                <span key="p" className="mark bad">
                  anyone may use it
                </span>
              ) : (
                'no'
              ),
            ],
            ['Data', of.data_class ? visible(of.data_class) : <span className="soft">not classified</span>],
            ['Owner', of.owner ? visible(of.owner) : <span className="soft">nobody said</span>],
            ['Environment', of.environment ? visible(of.environment) : <span className="soft">not said</span>],
            [
              'Open findings',
              failing.length === 0 ? (
                'none'
              ) : (
                <span key="f" className="row tight">
                  {failing.map((s) => (
                    <span key={s} className={`row tight s-${s}`}>
                      <SeverityIcon severity={s} />
                      {of.failing[s]} {s}
                    </span>
                  ))}
                </span>
              ),
            ],
            ['Account', `${cloudName(of.cloud)} ${visible(of.account)}`],
            ['Region', visible(of.region)],
            ['Made', <Time key="c" at={body.created} none="not told" />],
            ['First seen', <Time key="s" at={of.since} />],
            ['Last changed', <Time key="ch" at={of.changed} />],
          ]}
        />
        <code className="soft">{visible(of.id)}</code>
      </div>
    </Panel>
  )
}
