// Conditions that a callback makes and does not return: a mistake that is told.
import type { Node } from "./node.ts";

/** A condition, and whether anything was made of it. */
export interface Piece {
  readonly node: Node;
  readonly isUsed: boolean;
}

// What the callback that runs at this moment has built; null outside of callbacks.
let pieces: Piece[] | null = null;

export function isBuilding(): boolean {
  return pieces !== null;
}

export function remember(piece: Piece): void {
  pieces?.push(piece);
}

/**
 * Runs a callback, and what makes a clause of its result.
 * @param dropped gets a condition that was built and is in nothing that the callback returned: the left side of a JavaScript `&&`, above all
 */
export function wholly<T>(callback: () => T, dropped: (piece: Piece) => never): T {
  const outer = pieces;
  const own: Piece[] = [];
  pieces = own;
  let result: T;
  try {
    result = callback();
  } finally {
    pieces = outer;
  }
  for (const piece of own) if (!piece.isUsed) dropped(piece);
  return result;
}
