import { describeDriverContract } from '../testing/describe-driver-contract.ts'
import { redisHarness } from './testing/harness.ts'

describeDriverContract(redisHarness('redis'))
describeDriverContract(redisHarness('redis-cluster'))
