import { describeDriverContract } from '../testing/describe-driver-contract.ts'
import { rabbitmqHarness } from './testing/harness.ts'

describeDriverContract(rabbitmqHarness())
