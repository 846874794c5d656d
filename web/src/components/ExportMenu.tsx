import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { ApiError, address, type Query } from '@/api/client'
import { readAll, save } from '@/api/export'
import { compact } from '@/lib/number'

/** Saves a whole list with its filters: as CSV, which the server writes, or as JSON. */
export function ExportMenu({ source, file }: { source: { path: string; query: Query }; file: string }) {
  const [read, setRead] = useState<number | null>(null)
  const json = async () => {
    setRead(0)
    try {
      const rows = await readAll(source.path, source.query, setRead)
      save(`stance-${file}.json`, 'application/json', JSON.stringify(rows, null, 1))
    } catch (error) {
      const e = error instanceof ApiError ? error : null
      notifications.show({ color: 'red', title: 'Nothing was saved', message: e ? `${e.message} ${e.next}` : String(error) })
    } finally {
      setRead(null)
    }
  }
  return (
    <Menu position="top-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          color="gray"
          className="quiet"
          leftSection={<IconDownload size={14} aria-hidden="true" />}
          loading={read !== null}
        >
          {read ? `${compact(read)} read` : 'Export'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component="a"
          href={address(source.path, {}, { ...source.query, limit: undefined, format: 'csv' })}
          download={`stance-${file}.csv`}
        >
          CSV, all rows
        </Menu.Item>
        <Menu.Item onClick={() => void json()}>JSON, all rows</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
