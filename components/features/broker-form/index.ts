export { AddBrokerPage } from './add-broker-page.tsx'
export { EditBrokerPage } from './edit-broker-page.tsx'
