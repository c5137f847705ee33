import { Columns3 } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Button } from './button.tsx'

export function ColumnsButton(props: ComponentProps<typeof Button>) {
  return (
    <Button {...props} className="max-md:hidden">
      <Columns3 className="size-3.5" aria-hidden />
      Columns
    </Button>
  )
}
