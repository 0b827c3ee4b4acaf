export { eventually } from '../../../clients/typescript/src/test/eventually'
