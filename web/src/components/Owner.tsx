import { visible } from '@/lib/text'

/** Who to ask, on at most two lines. */
export function Owner({ of }: { of: string | undefined }) {
  if (!of) return <span className="soft">nobody said</span>
  return (
    <span className="clamp" title={visible(of)}>
      {visible(of)}
    </span>
  )
}
