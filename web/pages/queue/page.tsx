import { Outlet } from '@tanstack/react-router'
import { PageHead } from '../../ui/page-head.tsx'

export function QueuePage() {
  return (
    <>
      <PageHead title="Queue" />
      <Outlet />
    </>
  )
}
