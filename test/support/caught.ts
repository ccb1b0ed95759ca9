import { EctypeError } from "ectype";
import { expect } from "vitest";

/** The error of ectype that a call ends with. */
export async function caught(work: Promise<unknown>): Promise<EctypeError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EctypeError);
  return error as EctypeError;
}
