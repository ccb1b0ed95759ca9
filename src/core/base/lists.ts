/**
 * What is made of each element and the one at its place in another list.
 * @throws RangeError where one of the lists is longer than the other
 */
export function zipWith<A, B extends {} | null, T>(left: readonly A[], right: readonly B[], make: (left: A, right: B) => T): T[] {
  if (left.length !== right.length) throw new RangeError(`lists of ${left.length} and ${right.length} elements do not go together`);
  return left.flatMap((one, at) => {
    const other = right[at];
    return other === undefined ? [] : [make(one, other)];
  });
}
