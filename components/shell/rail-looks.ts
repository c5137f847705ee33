export const railItem =
  'flex h-[30px] items-center gap-2.5 rounded-control border border-transparent px-2 font-[550] text-ink-2 hover:bg-surface hover:text-ink'
export const railHere = 'border-line! bg-surface text-ink!'
