// Shared with the client's tests.
export { eventually } from '../../../clients/typescript/src/test/eventually'
