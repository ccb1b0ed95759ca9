export { runMulti } from "./run.ts";
export {
  type NamedKind,
  type OperationInputs,
  MultiSteps,
  type MultiFailure,
  type MultiFailures,
  type NoFailure,
  type Operation,
  type OperationKind,
  type StepFailure,
} from "./steps.ts";
