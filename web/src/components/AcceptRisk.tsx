import { Button, Modal, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiError } from '@/api/client'
import { endOfDay, toDateField } from '@/lib/time'

interface Props {
  opened: boolean
  onClose: () => void
  /** What is accepted, in words. */
  what: string
  /** Asks the server; an error is shown and the form stays as it is. */
  submit: (reason: string, expires: string) => Promise<unknown>
}

const day = 86_400_000
const shortcuts: [string, number][] = [
  ['1 week', 7],
  ['1 month', 30],
  ['3 months', 90],
]
const mostDays = 365

/** Asks for a risk to be accepted until a day. */
export function AcceptRisk({ opened, onClose, what, submit }: Props) {
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState(() => toDateField(new Date(Date.now() + 30 * day)))
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const date = endOfDay(until)
  const late = date !== null && date.getTime() > Date.now() + mostDays * day
  const early = date !== null && date.getTime() < Date.now()
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!date) return
    setBusy(true)
    setError(null)
    try {
      await submit(reason.trim(), date.toISOString())
      setReason('')
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Accept this risk for a time">
      <form onSubmit={(e) => void send(e)} className="stack">
        <p>{what}</p>
        <Textarea
          label="Reason"
          description="Why it is bearable, for who approves it and who reads it later"
          required
          minLength={3}
          maxLength={2000}
          autosize
          minRows={3}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
          data-autofocus
        />
        <div className="stack tight">
          <TextInput
            label="Until the end of"
            type="date"
            required
            value={until}
            onChange={(e) => setUntil(e.currentTarget.value)}
            min={toDateField(new Date())}
            max={toDateField(new Date(Date.now() + (mostDays - 1) * day))}
            error={late ? `At most ${mostDays} days away` : early ? 'That day is over' : undefined}
          />
          <div className="row">
            {shortcuts.map(([name, days]) => (
              <Button
                key={name}
                size="compact-xs"
                variant="default"
                onClick={() => setUntil(toDateField(new Date(Date.now() + days * day)))}
              >
                {name}
              </Button>
            ))}
          </div>
        </div>
        <p className="soft small">
          Somebody with the role approver approves it, as a rule somebody else; until then nothing is set aside. When it ends, the
          risk stands again by itself.
        </p>
        {error !== null && (
          <p role="alert" className="mark bad">
            {error instanceof ApiError ? `${error.message} ${error.next}` : String(error)}
          </p>
        )}
        <div className="row spread">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={reason.trim().length < 3 || !date || late || early}>
            Ask for it
          </Button>
        </div>
      </form>
    </Modal>
  )
}
