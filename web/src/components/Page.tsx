import { type ReactNode, useEffect } from 'react'
import { visible } from '@/lib/text'
import './page.css'

interface PageProps {
  title: string
  /** Stands above the title, such as the way back. */
  above?: ReactNode
  /** One sentence below the title. */
  about?: ReactNode
  /** Stands before the title, such as an icon. */
  mark?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page with its title, which is the title of the window, too. */
export function Page({ title, above, about, mark, actions, children }: PageProps) {
  const shown = visible(title)
  useEffect(() => {
    document.title = `${shown} · Stance`
  }, [shown])
  return (
    <div className="page">
      <header className="page-head">
        <div className="grow">
          {above && <div className="page-above small soft">{above}</div>}
          <div className="row">
            {mark}
            <h1>{shown}</h1>
          </div>
          {about && <div className="page-about soft">{about}</div>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** A box with a heading. */
export function Panel({
  title,
  aside,
  children,
  flush,
}: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
  flush?: boolean
}) {
  return (
    <section className="panel">
      {(title || aside) && (
        <header className="panel-head">
          {title && <h2>{title}</h2>}
          {aside && <div className="soft small">{aside}</div>}
        </header>
      )}
      <div className={flush ? undefined : 'panel-body'}>{children}</div>
    </section>
  )
}

/** Names with their values, in pairs. */
export function Facts({ of, wide }: { of: [string, ReactNode][]; wide?: boolean }) {
  return (
    <dl className={wide ? 'facts wide' : 'facts'}>
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A number that matters, with its name. */
export function Stat({ name, value, about }: { name: string; value: ReactNode; about?: ReactNode }) {
  return (
    <div className="stat">
      <span className="soft small">{name}</span>
      <b>{value}</b>
      {about && <span className="soft small">{about}</span>}
    </div>
  )
}
