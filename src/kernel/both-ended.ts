/** What both give. Where one fails, the other has ended as well before that is thrown. */
export async function bothEnded<A, B>(one: Promise<A> | A, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}
