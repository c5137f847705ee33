import type { Metadata } from 'next'
import { SignInPage } from '@/components/features/sign-in'

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' }

export default async function Page({ searchParams }: PageProps<'/sign-in'>) {
  const { token } = await searchParams
  return <SignInPage token={typeof token === 'string' && token !== '' ? token : null} />
}
