import { kindOf, SchemaError } from "../base/index.ts";
import type { AssociationInfo, SchemaInfo } from "./info.ts";
import { infoOf } from "./registry.ts";
import type { AnySchema } from "./types.ts";

/**
 * Works out all that schemas declare, also what else would only show at the first use: targets, keys, join tables, filters, orders.
 * @param schemas the schema classes
 * @returns the problems; none where all is well
 * @example checkSchemas([Movie, Character, Actor]) // => []
 * @see Ecto.Schema
 */
export function checkSchemas(schemas: readonly AnySchema[]): SchemaError[] {
  return schemas.flatMap((schema) => {
    const problems: SchemaError[] = [];
    const attempt = <T>(work: () => T): T | null => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error;
        if (!problems.some(({ message }) => message === error.message)) problems.push(error);
        return null;
      }
    };
    const info = attempt(() => {
      const found = infoOf(schema);
      if (!found) throw new SchemaError(`checkSchemas takes schema classes, not ${kindOf(schema)}`);
      return found;
    });
    if (info) checkInfo(info, attempt);
    return problems;
  });
}

type Attempt = (work: () => unknown) => unknown;

function checkInfo(info: SchemaInfo, attempt: Attempt): void {
  for (const name of info.embeds) attempt(() => info.embed(name)?.related);
  for (const name of info.associations) {
    const association = info.associationOrThrow(name);
    if (attempt(() => association.related) === null) continue;
    if (association.kind === "through") continue;
    attempt(() => association.ownerKeys);
    attempt(() => association.preloadOrder);
    attempt(() => association.where);
    attempt(() => checkFields(association, association.related, "defaults", association.defaults));
    if (association.kind !== "manyToMany") continue;
    attempt(() => association.join);
    attempt(() => checkFields(association, association.join.schema, "joinDefaults", association.join.defaults));
  }
}

function checkFields(association: AssociationInfo, schema: SchemaInfo | null, option: string, fields: unknown): void {
  if (!schema || typeof fields !== "object" || fields === null) return;
  for (const name of Object.keys(fields)) {
    if (!schema.field(name)) throw association.error(`${option} names the field "${name}", which ${schema.name} does not have`);
  }
}
