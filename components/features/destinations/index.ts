export { BrokerPage } from './broker-page.tsx'
export { DestinationPage } from './destination-page.tsx'
