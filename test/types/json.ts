// A struct's JSON, as frameworks work it out: the return type of toJSON goes before the fields.
import { type Built, field, from, hasMany, belongsTo, type Repo, schema } from "ectype";

declare const repo: Repo;
type Sent<T> = T extends readonly (infer E)[] ? Sent<E>[] : T extends { toJSON(): infer J } ? J : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function sent<T>(_value: T): Sent<T> {
  return undefined as never;
}
function same<A, B>(_same: Same<A, B>): void {}

class Reader extends schema("readers", {
  name: field.string({ null: false }),
  passwordHash: field.string({ redact: true }),
  loans: () => hasMany(Loan),
}) {
  toJSON() {
    return { id: this.id, name: this.name };
  }
}
class Loan extends schema("loans", { title: field.string(), reader: () => belongsTo(Reader) }) {}

type View = { id: number; name: string };
export async function answers(): Promise<void> {
  const all = sent(await repo.all(Reader));
  same<typeof all, View[]>(true);
  const loaded = sent(await repo.all(from(Reader).preload("loans")));
  same<typeof loaded, View[]>(true);
  const one = sent(await repo.oneOrThrow(from(Reader).where({ name: "x" })));
  same<typeof one, View>(true);
  const [loan] = await repo.all(from(Loan).preload("reader"));
  const reader = sent(loan!.reader!);
  same<typeof reader, View>(true);
  const built: Built<Reader> = Reader.build({ name: "x" });
  const made = sent(built);
  same<typeof made, View>(true);
  // @ts-expect-error what toJSON leaves out is not sent
  all[0]!.passwordHash;
}
