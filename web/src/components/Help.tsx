import { Kbd, Modal } from '@mantine/core'
import { places } from './shortcuts'

const keys: [string[], string][] = [
  [['/'], 'Search'],
  [['j', 'k'], 'Next and previous row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close, or go back'],
  [['?'], 'These keys'],
]

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="lg">
      <div className="halves">
        <ul className="stack tight">
          {keys.map(([names, about]) => (
            <li key={about} className="row">
              {names.map((n) => (
                <Kbd key={n}>{n}</Kbd>
              ))}
              <span>{about}</span>
            </li>
          ))}
        </ul>
        <ul className="stack tight">
          {Object.entries(places).map(([key, [, name]]) => (
            <li key={key} className="row">
              <Kbd>g</Kbd>
              <Kbd>{key}</Kbd>
              <span>{name}</span>
            </li>
          ))}
        </ul>
      </div>
    </Modal>
  )
}
