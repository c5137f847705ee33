import { describeDriverContract } from '../testing/describe-driver-contract.ts'
import { sandboxHarness } from './testing/harness.ts'

describeDriverContract(sandboxHarness)
