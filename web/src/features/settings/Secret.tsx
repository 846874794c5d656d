import { Button, CopyButton, Modal } from '@mantine/core'

/** Shows a secret once. */
export function Secret({ what, value, onClose }: { what: string; value: string | null; onClose: () => void }) {
  return (
    <Modal opened={value !== null} onClose={onClose} title={what} closeOnClickOutside={false}>
      <div className="stack">
        <p>It is shown once: copy it now. Only a hash of it is kept.</p>
        <pre>{value}</pre>
        <div className="row spread">
          <CopyButton value={value ?? ''}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Modal>
  )
}
