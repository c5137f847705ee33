import { describeFaults } from '../testing/suite/faults.ts'
import { rabbitmqHarness } from './testing/harness.ts'

/** The shared suite hurts a classic queue; these two keep and give back in their own ways. */
describeFaults(rabbitmqHarness('quorum'))
describeFaults(rabbitmqHarness('stream'))
