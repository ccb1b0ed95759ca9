import { camelCase, snakeCase } from "../../core/base/index.ts";
import type { Attribute } from "../attributes.ts";

export interface SchemaSource {
  /** The class. */
  readonly name: string;
  readonly table: string;
  readonly attributes: readonly Attribute[];
  readonly timestamps: boolean;
  /** How the file ends. */
  readonly extension: "ts" | "js";
  /** The schemas that references lead to, by their tables. */
  readonly targets: ReadonlyMap<string, SchemaTarget>;
}

/** A schema that another refers to: its class, and what the import names. */
export interface SchemaTarget {
  readonly name: string;
  readonly module: string;
}

/** A schema's module, with a changeset that casts its fields. */
export function schemaTemplate({ name, table, attributes, timestamps, extension, targets }: SchemaSource): string {
  const typed = extension === "ts";
  const fields = attributes.filter((one) => one.kind === "field");
  const references = attributes.filter((one) => one.kind === "reference");
  const permitted = attributes.map(({ field }) => JSON.stringify(field)).join(", ");
  const struct = camelCase(snakeCase(name));
  const imports = ["cast", "field", "schema", ...(references.length > 0 ? ["belongsTo"] : [])].sort();
  const lines = [
    ...(typed ? ['import type { Built, Params } from "ectype";'] : []),
    `import { ${imports.join(", ")} } from "ectype";`,
    ...[...targets.values()]
      .filter((target) => target.name !== name)
      .map((target) => `import { ${target.name} } from ${JSON.stringify(target.module)};`),
    "",
    `export class ${name} extends schema(`,
    `  ${JSON.stringify(table)},`,
    "  {",
    ...fields.map(({ field, code }) => `    ${field}: ${code},`),
    ...references.map((one) => `    ${one.association}: () => belongsTo(${targets.get(one.table)?.name}),`),
    "  },",
    ...(timestamps ? ["  { timestamps: true },"] : []),
    ") {",
    typed
      ? `  static changeset<M extends ${name} | Built<${name}>>(${struct}: M, params: Params) {`
      : `  static changeset(${struct}, params) {`,
    `    return cast(${struct}, params, [${permitted}])${fields.length > 0 ? `.validateRequired([${fields.map(({ field }) => JSON.stringify(field)).join(", ")}])` : ""}${attributes
      .filter(({ unique }) => unique)
      .map(({ field }) => `.uniqueConstraint(${JSON.stringify(field)})`)
      .join("")};`,
    "  }",
    "}",
    "",
  ];
  return lines.join("\n");
}

/** The commands that create the table of a schema. */
export function createTableBody({ table, attributes, timestamps }: SchemaSource): string {
  const columns = attributes.map(({ column, type }) => `  t.add(${JSON.stringify(column)}, ${type});`);
  const indexes = attributes
    .filter((one) => one.unique || one.kind === "reference")
    .map(
      ({ column, unique }) => `m.${unique ? "createUniqueIndex" : "createIndex"}(${JSON.stringify(table)}, [${JSON.stringify(column)}]);`,
    );
  return [
    `m.createTable(${JSON.stringify(table)}, (t) => {`,
    ...columns,
    ...(timestamps ? ["  t.timestamps();"] : []),
    "});",
    ...indexes,
  ].join("\n");
}
