/** Sets the theme before the first paint, so that a dark screen does not flash white. */
const script = `try{var t=localStorage.getItem('signalbox-theme')}catch(e){}
document.documentElement.dataset.theme=t==='dark'||t==='light'?t:matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'`

export function ThemeScript({ nonce }: { nonce: string | undefined }) {
  return (
    <script nonce={nonce} suppressHydrationWarning>
      {script}
    </script>
  )
}
