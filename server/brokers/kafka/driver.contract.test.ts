import { describeDriverContract } from '../testing/describe-driver-contract.ts'
import { kafkaHarness } from './testing/harness.ts'

describeDriverContract(kafkaHarness())
